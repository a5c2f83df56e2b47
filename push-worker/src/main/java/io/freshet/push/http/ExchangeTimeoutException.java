package io.freshet.push.http;

import java.io.IOException;

/** An exchange exceeded one of its limits of time, and its connection was closed. */
public final class ExchangeTimeoutException extends IOException {

    /** Limit that was exceeded. */
    public enum Limit {
        /** Time without a byte from the server. */
        IDLE,
        /** Time of the whole exchange. */
        TOTAL
    }

    private final Limit limit;

    ExchangeTimeoutException(Limit limit) {
        super("limit exceeded: " + limit);
        this.limit = limit;
    }

    public Limit limit() {
        return limit;
    }
}
