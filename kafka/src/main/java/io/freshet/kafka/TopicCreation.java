package io.freshet.kafka;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

/**
 * Creates the topics before anything consumes. While the broker is away it retries in the background, and the service
 * starts.
 */
final class TopicCreation implements SmartLifecycle, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicCreation.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final KafkaAdmin admin;
    private final SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
    private volatile boolean running;

    TopicCreation(KafkaAdmin admin) {
        this.admin = admin;
        scheduler.setVirtualThreads(true);
        scheduler.setThreadNamePrefix("topic-creation-");
    }

    @Override
    public void start() {
        running = true;
        if (!admin.initialize()) {
            log.warn("Kafka does not answer yet; the topics will be made when it does");
            retryLater();
        }
    }

    private void retryLater() {
        scheduler.schedule(this::retry, scheduler.getClock().instant().plus(RETRY));
    }

    private void retry() {
        if (running && !created()) {
            retryLater();
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
    public void close() {
        scheduler.close();
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
