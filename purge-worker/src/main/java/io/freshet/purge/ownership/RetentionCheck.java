package io.freshet.purge.ownership;

import io.freshet.kafka.KafkaUnavailableException;
import io.freshet.kafka.OffsetsRetention;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Check that the brokers keep cursors long enough. If they do not, the worker does not start. If no broker answers at
 * the start, no partition is opened before the check has passed.
 */
public final class RetentionCheck implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(RetentionCheck.class);

    private final OffsetsRetention retention;
    private volatile boolean passed;
    private volatile boolean running;

    public RetentionCheck(OffsetsRetention retention) {
        this.retention = retention;
    }

    /**
     * @throws io.freshet.kafka.ShortOffsetsRetentionException if it is too short
     */
    @Override
    public void start() {
        running = true;
        try {
            ensurePassed();
        } catch (KafkaUnavailableException e) {
            log.warn("No Kafka broker answers. The worker starts and waits for one: {}", e.getMessage());
        }
    }

    /**
     * Asks a broker, unless the check has passed before.
     *
     * @throws io.freshet.kafka.ShortOffsetsRetentionException if it is too short
     * @throws KafkaUnavailableException if no broker answers
     */
    synchronized void ensurePassed() {
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

    /** Starts before anything is consumed. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }
}
