package io.freshet.purge.operations;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

/**
 * Task that is repeated until it is closed. It has a scheduler of its own: tasks with a fixed delay share their
 * scheduler's only thread, and a flush may take minutes.
 */
public final class PeriodicTask implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PeriodicTask.class);

    /** One run of the task. */
    public interface Run {
        void run() throws InterruptedException;
    }

    private final String name;
    private final Run task;
    private final SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
    private final ScheduledFuture<?> schedule;

    /** @param delay between the end of a run and the next */
    public PeriodicTask(String name, Duration delay, Run task) {
        this.name = name;
        this.task = task;
        scheduler.setVirtualThreads(true);
        scheduler.setThreadNamePrefix(name + '-');
        schedule = scheduler.scheduleWithFixedDelay(
                this::run, scheduler.getClock().instant().plus(delay), delay);
    }

    private void run() {
        try {
            task.run();
        } catch (InterruptedException | InterruptException e) {
            log.debug("{} was interrupted", name);
        } catch (RuntimeException e) {
            log.error("{}: unexpected failure; it runs again", name, e);
        }
    }

    /** Interrupts the task, and does not wait for its end. */
    @Override
    public void close() {
        schedule.cancel(true);
        scheduler.close();
    }
}
