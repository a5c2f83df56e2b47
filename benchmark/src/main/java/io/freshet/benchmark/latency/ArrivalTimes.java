package io.freshet.benchmark.latency;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reader of a topic from its end on, with the time at which each record arrived. */
final class ArrivalTimes implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaConsumer<String, byte[]> consumer;
    private final Function<ConsumerRecord<String, byte[]>, Optional<String>> nameOf;
    private final Map<String, CompletableFuture<Long>> arrivals = new ConcurrentHashMap<>();
    private final Thread reader = Thread.ofPlatform().name("arrivals").unstarted(this::read);
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;

    /**
     * @param nameOf what is waited for, as far as it is to be found in this record
     */
    ArrivalTimes(
            BenchmarkEnvironment ground,
            String topic,
            Function<ConsumerRecord<String, byte[]>, Optional<String>> nameOf) {
        this.nameOf = nameOf;
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        ground.kafka().address().outside(),
                        "isolation.level",
                        "read_committed",
                        "fetch.min.bytes",
                        1),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(
                consumer::position); // it seeks when it is asked where it is, which must be before anything arrives
        reader.start();
    }

    /** When this arrived, in nanoseconds of {@link System#nanoTime}; waits for it. May be asked once. */
    long await(String name) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return arrival(name).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            arrivals.remove(name);
        }
    }

    private CompletableFuture<Long> arrival(String name) {
        CompletableFuture<Long> arrival = arrivals.computeIfAbsent(name, _ -> new CompletableFuture<>());
        Throwable ended = failure;
        if (ended != null) {
            arrival.completeExceptionally(ended);
        }
        return arrival;
    }

    private void read() {
        try {
            while (!closed) {
                for (ConsumerRecord<String, byte[]> each : consumer.poll(POLL)) {
                    long now = System.nanoTime();
                    nameOf.apply(each).ifPresent(name -> arrival(name).complete(now));
                }
            }
        } catch (RuntimeException | Error e) {
            failure = e;
            arrivals.values().forEach(arrival -> arrival.completeExceptionally(e));
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        reader.join();
        consumer.close();
    }
}
