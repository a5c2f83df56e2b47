package io.freshet.quickstart.demo;

/**
 * Key of a cached copy. As in Varnish, the encoding is no part of it: copies are compressed, if the origin can, and are
 * decompressed for clients that do not accept that.
 *
 * @param host with its port if that is not the default of the scheme
 * @param url path and query
 */
record CacheKey(String scheme, String host, String url) {

    static CacheKey of(DemoRequest request) {
        return new CacheKey(request.scheme(), request.host(), request.url());
    }
}
