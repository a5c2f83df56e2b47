package io.freshet.purge.driver;

/** The header lines of purges by the scheme of their URL, which a cache behind a TLS terminator knows by no other way. */
record SchemeLines(HeaderLines http, HeaderLines https) {

    private static final String NAME = "X-Forwarded-Proto";

    /** @param common to both */
    static SchemeLines with(HeaderLines common) {
        return new SchemeLines(common.with(NAME, "http"), common.with(NAME, "https"));
    }

    HeaderLines of(Purge purge) {
        return purge.isHttps() ? https : http;
    }
}
