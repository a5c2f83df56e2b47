package io.freshet.task.storage;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Starts the consumers and the periodic jobs once the database is ready. The service itself starts without the database
 * and answers 503 until then.
 */
@Component
class DatabaseStartup implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(DatabaseStartup.class);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final Schema schema;
    private final List<MessageListenerContainer> consumers;
    private final List<PeriodicJob> jobs;
    private final SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
    private boolean running;

    DatabaseStartup(Schema schema, List<MessageListenerContainer> consumers, List<PeriodicJob> jobs) {
        this.schema = schema;
        this.consumers = List.copyOf(consumers);
        this.jobs = List.copyOf(jobs);
        scheduler.setVirtualThreads(true);
        scheduler.setThreadNamePrefix("task-service-job-");
        scheduler.setTaskTerminationTimeout(STOP_TIMEOUT.toMillis());
    }

    @Override
    public synchronized void start() {
        running = true;
        schedule(this::prepare, Duration.ZERO);
    }

    /** Runs the task once after the delay, on a thread of its own, so that a slow job delays no other. */
    private synchronized void schedule(Runnable task, Duration delay) {
        if (running) {
            scheduler.schedule(task, scheduler.getClock().instant().plus(delay));
        }
    }

    private void prepare() {
        if (schema.prepare()) {
            jobs.forEach(job -> run(job, Duration.ZERO));
            startConsumers();
        } else {
            schedule(this::prepare, RETRY_INTERVAL);
        }
    }

    private void run(PeriodicJob job, Duration delay) {
        schedule(
                () -> {
                    attempt(job);
                    run(job, job.interval());
                },
                delay);
    }

    private synchronized void startConsumers() {
        if (running) {
            consumers.forEach(MessageListenerContainer::start);
        }
    }

    private static void attempt(PeriodicJob job) {
        String name = job.getClass().getSimpleName();
        try {
            job.run();
        } catch (DataAccessException | TransactionException | KafkaException e) {
            log.warn("{} failed; the next run tries again: {}", name, e.getMessage());
        } catch (RuntimeException e) {
            log.error("{}: unexpected failure; the next run tries again", name, e);
        }
    }

    @Override
    public void stop() {
        synchronized (this) {
            running = false;
        }
        scheduler.close();
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }
}
