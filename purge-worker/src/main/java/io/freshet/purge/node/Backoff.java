package io.freshet.purge.node;

/** Exponential back-off for a node: 20 ms after the first failure, doubled by each further one, 1 s at most. */
final class Backoff {

    private static final long INITIAL_MILLIS = 20;
    private static final long MAX_MILLIS = 1_000;
    private static final int MAX_DOUBLINGS = 10;

    private Backoff() {}

    /**
     * Returns the delay before the next try.
     *
     * @param failures in a row, at least 1
     */
    static long millis(int failures) {
        return Math.min(MAX_MILLIS, INITIAL_MILLIS << Math.min(failures - 1, MAX_DOUBLINGS));
    }
}
