package io.freshet.benchmark.measure;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import tools.jackson.databind.json.JsonMapper;

/** Writes commands into the log as the gateway does, under ids that were made just now. */
public final class CommandProducer implements AutoCloseable {

    /** Of one refresh. */
    public static final int URLS = 1_000;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long EPOCH = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
    private static final int BITS_BELOW_TIME = 22;

    private final KafkaProducer<String, byte[]> producer;
    private final AtomicLong next = new AtomicLong((System.currentTimeMillis() - EPOCH) << BITS_BELOW_TIME);

    public CommandProducer(BenchmarkEnvironment ground) {
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        ground.kafka().address().outside(),
                        "compression.type",
                        "lz4",
                        "linger.ms",
                        5,
                        "max.request.size",
                        6_500_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /**
     * Appends this many refreshes of 1,000 URLs each, evenly over all partitions, and returns when the broker has them.
     */
    public void refreshes(int commands) {
        for (int i = 0; i < commands; i++) {
            String task = nextTask();
            Map<String, Object> own = Map.of("selector", "url", "soft", false);
            send("purge-commands", i, "refresh.v1", task, own, urls("commands", task, URLS));
        }
        producer.flush();
    }

    /** Appends a refresh of these objects, without waiting for the broker. */
    public void refresh(String selector, List<String> objects) {
        String task = nextTask();
        send(
                "purge-commands",
                task.hashCode() & 0xffff,
                "refresh.v1",
                task,
                Map.of("selector", selector, "soft", false),
                objects);
    }

    /**
     * Appends pushes into a tier; all of one partition, as those of a domain are.
     *
     * @param directory first segment of the URLs' paths
     */
    public void pushes(int commands, int urls, String tier, String directory) {
        for (int i = 0; i < commands; i++) {
            String task = nextTask();
            Map<String, Object> own = Map.of("tier", tier, "headers", Map.of());
            send("push-commands", 0, "push.v1", task, own, urls(directory, task, urls));
        }
        producer.flush();
    }

    private String nextTask() {
        return Long.toString(next.getAndIncrement());
    }

    private static List<String> urls(String directory, String task, int count) {
        return IntStream.range(0, count)
                .mapToObj(index -> "http://site.test/" + directory + '/' + task + '/' + index + ".html")
                .toList();
    }

    private void send(String topic, int number, String type, String task, Map<String, Object> own, List<String> urls) {
        Map<String, Object> command = new HashMap<>(own);
        command.put("taskId", task);
        command.put("account", "main");
        command.put("domain", "site.test");
        command.put("acceptedAt", Instant.now().toString());
        command.put("objects", urls);
        int partition = number % producer.partitionsFor(topic).size();
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topic, partition, task, JSON.writeValueAsBytes(command));
        record.headers().add("freshet-type", type.getBytes(StandardCharsets.UTF_8));
        producer.send(record);
    }

    @Override
    public void close() {
        producer.close();
    }
}
