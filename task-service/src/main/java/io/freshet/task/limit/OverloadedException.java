package io.freshet.task.limit;

/** Thrown if a limiter has no permit in time; the request has changed nothing and may be retried. */
public final class OverloadedException extends RuntimeException {

    OverloadedException(String message) {
        super(message);
    }
}
