package io.freshet.kafka.topic;

import io.freshet.kafka.topic.TopicComparison.TopicMismatch;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

/**
 * Creates the topics before anything consumes, and reports existing ones that differ from the settings. While the
 * broker is away it retries in the background, and the service starts.
 */
final class TopicCreation implements SmartLifecycle, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicCreation.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** A start without a broker waits for it. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final TopicReconciler topics;
    private final Supplier<Admin> admins;
    private final SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
    private volatile boolean running;
    private volatile List<TopicMismatch> mismatches = List.of();

    TopicCreation(TopicReconciler topics, Supplier<Admin> admins, MeterRegistry meters) {
        this.topics = topics;
        this.admins = admins;
        scheduler.setVirtualThreads(true);
        scheduler.setThreadNamePrefix("topic-creation-");
        Gauge.builder("freshet.topic.mismatches", this, creation -> creation.mismatches.size())
                .description("Settings of topics that differ from this service's, as of its start")
                .register(meters);
    }

    @Override
    public void start() {
        running = true;
        try {
            reconcile();
        } catch (KafkaException e) {
            log.warn("The topics could not be created; retrying: {}", e.toString());
            retryLater();
        }
    }

    private void retryLater() {
        scheduler.schedule(this::retry, scheduler.getClock().instant().plus(RETRY));
    }

    private void retry() {
        if (!running) {
            return;
        }
        try {
            reconcile();
        } catch (InterruptException e) {
            log.debug("interrupted while the topics were created", e);
        } catch (KafkaException e) {
            log.debug("the topics could still not be created", e);
            retryLater();
        }
    }

    private void reconcile() {
        Admin admin = admins.get();
        try {
            mismatches = topics.reconcile(admin);
        } finally {
            admin.close(CLOSE_TIMEOUT);
        }
        mismatches.forEach(mismatch -> log.warn(
                "Topic {} has {} {}, but freshet.topics.* of this service require {}. The topic is left as it is. "
                        + "Give all services the same settings, or change the topic with Kafka's tools.",
                mismatch.topic(),
                mismatch.setting(),
                mismatch.actual(),
                mismatch.required()));
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
