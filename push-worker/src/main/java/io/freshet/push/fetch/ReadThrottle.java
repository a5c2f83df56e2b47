package io.freshet.push.fetch;

import java.time.Duration;

/** Throttle for reading bodies. */
@FunctionalInterface
public interface ReadThrottle {

    /** No throttle. */
    ReadThrottle UNLIMITED = _ -> Duration.ZERO;

    /**
     * Counts bytes that were read, and returns when more may be read.
     *
     * @return the time waited
     */
    Duration taken(int bytes) throws InterruptedException;
}
