package io.freshet.quickstart.demo;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Key of a cached copy. It includes the encoding, the only thing that responses vary on here.
 *
 * @param host with its port if that is not the default of the scheme
 * @param url path and query
 */
record CacheKey(String scheme, String host, String url, CachedEncoding encoding) {

    enum CachedEncoding {
        IDENTITY,
        GZIP
    }

    static CacheKey of(DemoRequest request) {
        return new CacheKey(
                request.scheme(),
                request.host(),
                request.url(),
                request.acceptsGzip() ? CachedEncoding.GZIP : CachedEncoding.IDENTITY);
    }

    /** Returns the keys of the page in all encodings. */
    Stream<CacheKey> variants() {
        return Arrays.stream(CachedEncoding.values()).map(each -> new CacheKey(scheme, host, url, each));
    }
}
