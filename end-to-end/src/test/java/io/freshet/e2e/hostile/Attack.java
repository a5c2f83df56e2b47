package io.freshet.e2e.hostile;

import java.time.Instant;

/** A kind of hostile client. */
@FunctionalInterface
public interface Attack {

    /**
     * Attacks until a time. Nothing runs and no connection is open afterwards.
     *
     * @throws AssertionError if the gateway has accepted what it must refuse
     */
    void run(Gateway gateway, Instant end);
}
