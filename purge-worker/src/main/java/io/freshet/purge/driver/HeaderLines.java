package io.freshet.purge.driver;

import java.util.Map;

/** Header lines of requests, encoded and checked once if they are the same for every request to a node. */
record HeaderLines(String text) {

    static final HeaderLines NONE = new HeaderLines("");

    /**
     * Returns one line per header.
     *
     * @throws IllegalArgumentException if a name or a value could break out of its line
     */
    static HeaderLines of(Map<String, String> headers) {
        return NONE.with(headers);
    }

    /**
     * Returns these lines and one more per header.
     *
     * @throws IllegalArgumentException if a name or a value could break out of its line
     */
    HeaderLines with(Map<String, String> headers) {
        HeaderLines lines = this;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            lines = lines.with(header.getKey(), header.getValue());
        }
        return lines;
    }

    /**
     * Returns these lines and one more.
     *
     * @throws IllegalArgumentException if the name or the value could break out of its line
     */
    HeaderLines with(String name, String value) {
        if (!VisibleAscii.is(name) || !VisibleAscii.orSpaces(value)) {
            // Without the value, which may be a token.
            throw new IllegalArgumentException("invalid character in the header \"" + name + '"');
        }
        return new HeaderLines(text + name + ": " + value + "\r\n");
    }
}
