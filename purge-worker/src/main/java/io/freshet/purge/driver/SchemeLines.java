package io.freshet.purge.driver;

/** Header lines of purges, by the scheme of the URL. A cache behind a TLS terminator cannot know it otherwise. */
record SchemeLines(HeaderLines http, HeaderLines https) {

    private static final String NAME = "X-Forwarded-Proto";

    /** Returns the common lines, each with its scheme. */
    static SchemeLines with(HeaderLines common) {
        return new SchemeLines(common.with(NAME, "http"), common.with(NAME, "https"));
    }

    HeaderLines of(Purge purge) {
        return purge.isHttps() ? https : http;
    }
}
