package io.freshet.quickstart.demo;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * What one copy is a copy of. The encoding is part of the key, as it is all that an answer here may vary on.
 *
 * @param host with the port if it is not the scheme's own
 * @param url path and query
 */
record CacheKey(String scheme, String host, String url, Encoding encoding) {

    enum Encoding {
        IDENTITY,
        GZIP
    }

    static CacheKey of(Request request) {
        return new CacheKey(
                request.scheme(),
                request.host(),
                request.url(),
                request.acceptsGzip() ? Encoding.GZIP : Encoding.IDENTITY);
    }

    /** This page in every encoding. */
    Stream<CacheKey> variants() {
        return Arrays.stream(Encoding.values()).map(each -> new CacheKey(scheme, host, url, each));
    }
}
