package io.freshet.task.recording;

import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.springframework.kafka.listener.BatchInterceptor;

/**
 * Lets the log fill up a little between two looks into it, since a transaction costs as much for a hundred records as for one. Whoever is behind
 * has no need of that, and does not rest.
 */
final class Rest implements BatchInterceptor<String, byte[]> {

    /** As {@link Thread#sleep(Duration)}. */
    interface Sleep {

        void sleep(Duration time) throws InterruptedException;
    }

    private final Duration rest;
    private final Sleep sleep;

    Rest(Duration rest, Sleep sleep) {
        this.rest = rest;
        this.sleep = sleep;
    }

    @Override
    public ConsumerRecords<String, byte[]> intercept(
            ConsumerRecords<String, byte[]> records, Consumer<String, byte[]> consumer) {
        return records;
    }

    @Override
    public void success(ConsumerRecords<String, byte[]> records, Consumer<String, byte[]> consumer) {
        if (isBehind(consumer)) {
            return;
        }
        try {
            sleep.sleep(rest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** By what the last answers of the broker said about the ends of the partitions. */
    private static boolean isBehind(Consumer<?, ?> consumer) {
        return consumer.assignment().stream().map(consumer::currentLag).anyMatch(Rest::isSome);
    }

    private static boolean isSome(OptionalLong lag) {
        return lag.orElse(0) > 0;
    }
}
