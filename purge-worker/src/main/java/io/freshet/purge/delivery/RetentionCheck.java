package io.freshet.purge.delivery;

import io.freshet.kafka.KafkaUnavailableException;
import io.freshet.kafka.OffsetsRetention;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Refuses to start with brokers that forget cursors too soon. Where no broker answers at the start, nothing is taken over before one has been
 * asked.
 */
final class RetentionCheck implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(RetentionCheck.class);

    private final OffsetsRetention retention;
    private volatile boolean passed;
    private volatile boolean running;

    RetentionCheck(OffsetsRetention retention) {
        this.retention = retention;
    }

    /**
     * @throws io.freshet.kafka.ShortOffsetsRetentionException if it is too short
     */
    @Override
    public void start() {
        running = true;
        try {
            pass();
        } catch (KafkaUnavailableException e) {
            log.warn("Kafka does not answer yet: {}", e.getMessage());
        }
    }

    /**
     * Asks, unless that has been done with success.
     *
     * @throws io.freshet.kafka.ShortOffsetsRetentionException if it is too short
     * @throws KafkaUnavailableException if no broker answers
     */
    synchronized void pass() {
        if (!passed) {
            retention.check();
            passed = true;
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before anything is consumed. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }
}
