package io.freshet.kafka;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * Creates the topics before anything consumes. While the broker is away it retries in the background, and the service
 * starts.
 */
final class TopicCreation implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(TopicCreation.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final KafkaAdmin admin;
    private volatile boolean running;

    TopicCreation(KafkaAdmin admin) {
        this.admin = admin;
    }

    @Override
    public void start() {
        running = true;
        if (!admin.initialize()) {
            log.warn("Kafka does not answer yet; the topics will be made when it does");
            Thread.ofVirtual().name("topic-creation").start(this::createEventually);
        }
    }

    private void createEventually() {
        try {
            do {
                Thread.sleep(RETRY);
            } while (running && !created());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Unlike at the start, a broker that does not answer in time is an exception here. */
    private boolean created() {
        try {
            return admin.initialize();
        } catch (RuntimeException e) {
            log.debug("Kafka still does not answer", e);
            return false;
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

    /** Before every consumer, which are at {@code DEFAULT_PHASE} or later. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
