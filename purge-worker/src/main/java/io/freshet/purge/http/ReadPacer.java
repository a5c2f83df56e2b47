package io.freshet.purge.http;

import java.time.Duration;

/**
 * Common pauses of all connections to one server before they read. A server sends response by response, and waking a
 * thread for each costs more than the response itself, so the connections let responses pile up for a part of the time
 * that all outstanding requests will take, and then read at the same moment. See docs/adr/0014. Times are those of
 * {@link System#nanoTime()}.
 */
public final class ReadPacer {

    /** The server's speed cannot be measured from so few responses. */
    private static final int TOO_FEW = 4;

    /** A pause is a quarter of the expected time, so that the server never runs out of requests meanwhile. */
    private static final int PARTS = 4;

    private static final long MAX_PAUSE_NANOS = 100_000_000;

    private final long maxPause;
    private int outstanding;
    private boolean measuring;
    private int measuredResponses;
    private long measuredFrom;
    private long nanosPerResponse;
    private long nextRead;

    /**
     * @param stallTimeout the longest pause is half of it
     */
    public ReadPacer(Duration stallTimeout) {
        this.maxPause = Math.min(MAX_PAUSE_NANOS, stallTimeout.toNanos() / 2);
    }

    /** Counts requests as outstanding. If none were, the server's speed is measured anew. */
    synchronized void sent(int requests, long now) {
        if (outstanding == 0) {
            measuring = false;
            measuredResponses = 0;
            nanosPerResponse = 0;
            nextRead = now;
        }
        outstanding += requests;
    }

    /**
     * Counts responses. The first ones only start the measurement: they show how far away the server is, and not how
     * fast.
     */
    synchronized void received(int responses, long now) {
        outstanding -= responses;
        if (measuring) {
            measuredResponses += responses;
        } else {
            measuring = responses > 0;
            measuredFrom = now;
        }
    }

    /** Forgets outstanding requests that get no response. */
    synchronized void givenUp(int requests) {
        outstanding -= requests;
    }

    /** Returns for how long a connection should not read, in nanoseconds; 0 or less if it should read now. */
    synchronized long pauseNanos(long now) {
        if (now - nextRead >= 0) {
            measure(now);
            nextRead = now + Math.min(maxPause, nanosPerResponse * outstanding / PARTS);
        }
        return nextRead - now;
    }

    private void measure(long now) {
        if (measuredResponses > TOO_FEW && measuredResponses >= outstanding / (2 * PARTS)) {
            nanosPerResponse = (now - measuredFrom) / measuredResponses;
            measuredResponses = 0;
            measuredFrom = now;
        }
    }
}
