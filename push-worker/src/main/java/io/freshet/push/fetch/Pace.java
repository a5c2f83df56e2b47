package io.freshet.push.fetch;

import java.time.Duration;

/** Slows down the reading of bodies. */
@FunctionalInterface
public interface Pace {

    /** As fast as they come. */
    Pace UNLIMITED = _ -> Duration.ZERO;

    /**
     * Called for bytes that were read; returns when more may be read.
     *
     * @return how long it waited
     */
    Duration taken(int bytes) throws InterruptedException;
}
