package io.freshet.purge.driver;

/** Header lines of purges, by the scheme of the URL. A cache behind a TLS terminator cannot know it otherwise. */
record SchemeLines(HeaderLines http, HeaderLines https) {

    private static final String NAME = "X-Forwarded-Proto";

    /** Returns the common lines, each with its scheme. */
    static SchemeLines with(HeaderLines common) {
        return new SchemeLines(common.with(NAME, "http"), common.with(NAME, "https"));
    }

    /**
     * Returns the common lines, each as a client of that scheme would make the node see it. A client that reaches a
     * node without TLS, and without a terminator before it, sends no scheme.
     *
     * @param tls whether the node speaks TLS
     */
    static SchemeLines asClients(HeaderLines common, boolean tls) {
        SchemeLines lines = with(common);
        return tls ? lines : new SchemeLines(common, lines.https());
    }

    HeaderLines of(Purge purge) {
        return purge.isHttps() ? https : http;
    }
}
