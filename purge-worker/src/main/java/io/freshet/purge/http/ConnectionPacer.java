package io.freshet.purge.http;

/**
 * One connection's part in the {@link ReadPacer} that all connections to a server share. Collects responses without a
 * lock and reports them together. For one thread.
 */
final class ConnectionPacer {

    private final ReadPacer server;

    /** Requests that the server's pacer counts as outstanding for this connection. */
    private int outstanding;

    private int unreportedResponses;

    ConnectionPacer(ReadPacer server) {
        this.server = server;
    }

    void sent(int requests) {
        server.sent(requests, System.nanoTime());
        outstanding += requests;
    }

    /** Counts one response; ignored for a request that was given up before. */
    void received() {
        if (unreportedResponses < outstanding) {
            unreportedResponses++;
        }
    }

    void reportResponses() {
        server.received(unreportedResponses, System.nanoTime());
        outstanding -= unreportedResponses;
        unreportedResponses = 0;
    }

    /** Gives up all outstanding requests: their responses say nothing about the server's speed any more. */
    void giveUp() {
        reportResponses();
        server.givenUp(outstanding);
        outstanding = 0;
    }

    /** Returns for how long to let responses pile up, in nanoseconds. */
    long pauseNanos() {
        return server.pauseNanos(System.nanoTime());
    }
}
