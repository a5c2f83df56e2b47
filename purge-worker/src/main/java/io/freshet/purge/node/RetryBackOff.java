package io.freshet.purge.node;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/** Pauses between the attempts to send a purge: 20 ms after the first failure, doubled by each further one, up to 1 s. */
final class RetryBackOff {

    private static final long INITIAL_MILLIS = 20;
    private static final long MAX_MILLIS = 1_000;
    private static final ExponentialBackOff BACK_OFF = create();

    private RetryBackOff() {}

    static BackOffExecution start() {
        return BACK_OFF.start();
    }

    private static ExponentialBackOff create() {
        ExponentialBackOff backOff = new ExponentialBackOff(INITIAL_MILLIS, 2);
        backOff.setMaxInterval(MAX_MILLIS);
        return backOff;
    }
}
