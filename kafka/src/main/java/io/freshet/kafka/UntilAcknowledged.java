package io.freshet.kafka;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/** Repeats a send to Kafka, with back-off, until the broker acknowledges it. */
public final class UntilAcknowledged {

    private static final Logger log = LoggerFactory.getLogger(UntilAcknowledged.class);
    private static final long FIRST_BACKOFF_MILLIS = 200;
    private static final long MAX_BACKOFF_MILLIS = 5_000;

    private UntilAcknowledged() {}

    /**
     * Sends until acknowledged, however long the broker is away.
     *
     * @param what names the record in the log
     * @param abandoned asked before each attempt; ends the retries
     * @return false if it was abandoned
     */
    public static boolean send(String what, Supplier<CompletableFuture<Void>> send, BooleanSupplier abandoned)
            throws InterruptedException {
        BackOffExecution backOff = backOff().start();
        while (!abandoned.getAsBoolean()) {
            try {
                send.get().get();
                return true;
            } catch (ExecutionException e) {
                Duration pause = Duration.ofMillis(backOff.nextBackOff());
                log.warn(
                        "Kafka did not acknowledge {}; retrying in {} ms: {}",
                        what,
                        pause.toMillis(),
                        String.valueOf(e.getCause()));
                Thread.sleep(pause);
            }
        }
        return false;
    }

    private static ExponentialBackOff backOff() {
        ExponentialBackOff backOff = new ExponentialBackOff(FIRST_BACKOFF_MILLIS, 2);
        backOff.setMaxInterval(MAX_BACKOFF_MILLIS);
        return backOff;
    }
}
