package io.freshet.task.recording;

import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.springframework.kafka.listener.BatchInterceptor;

/**
 * Delays the next poll so that records gather: a transaction costs the same for a hundred records as for one. A
 * consumer that lags is not delayed.
 */
final class PollThrottle implements BatchInterceptor<String, byte[]> {

    /** Stands for {@link Thread#sleep(Duration)}. */
    interface Sleeper {

        void sleep(Duration time) throws InterruptedException;
    }

    private final Duration interval;
    private final Sleeper sleeper;

    PollThrottle(Duration interval, Sleeper sleeper) {
        this.interval = interval;
        this.sleeper = sleeper;
    }

    @Override
    public ConsumerRecords<String, byte[]> intercept(
            ConsumerRecords<String, byte[]> records, Consumer<String, byte[]> consumer) {
        return records;
    }

    @Override
    public void success(ConsumerRecords<String, byte[]> records, Consumer<String, byte[]> consumer) {
        if (lags(consumer)) {
            return;
        }
        try {
            sleeper.sleep(interval);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether a partition has more records, by the end offsets of the last fetch. */
    private static boolean lags(Consumer<?, ?> consumer) {
        return consumer.assignment().stream().map(consumer::currentLag).anyMatch(PollThrottle::isPositive);
    }

    private static boolean isPositive(OptionalLong lag) {
        return lag.orElse(0) > 0;
    }
}
