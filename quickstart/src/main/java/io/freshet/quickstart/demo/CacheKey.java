package io.freshet.quickstart.demo;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * What one copy is a copy of. The encoding is part of the key, as it is all that an answer here may vary on.
 *
 * @param host with the port if it is not the scheme's own
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

    /** This page in every encoding. */
    Stream<CacheKey> variants() {
        return Arrays.stream(CachedEncoding.values()).map(each -> new CacheKey(scheme, host, url, each));
    }
}
