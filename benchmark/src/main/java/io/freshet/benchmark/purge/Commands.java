package io.freshet.benchmark.purge;

import io.freshet.benchmark.Ground;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import tools.jackson.databind.json.JsonMapper;

/** Writes commands into the log as the gateway does, faster than it may. */
final class Commands implements AutoCloseable {

    static final int URLS = 1_000;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final KafkaProducer<String, byte[]> producer;
    private long next = 900_000_000_000_000_000L;

    Commands(Ground ground) {
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        ground.kafka().administered().outside(),
                        "compression.type",
                        "lz4",
                        "linger.ms",
                        5,
                        "max.request.size",
                        6_500_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Appends this many commands of 1,000 URLs each, evenly over all partitions, and returns when the broker has them. */
    void publish(int commands) {
        int partitions = producer.partitionsFor("purge-commands").size();
        for (int i = 0; i < commands; i++) {
            String task = Long.toString(next++);
            ProducerRecord<String, byte[]> command =
                    new ProducerRecord<>("purge-commands", i % partitions, task, command(task));
            command.headers().add("freshet-type", "refresh.v1".getBytes(StandardCharsets.UTF_8));
            producer.send(command);
        }
        producer.flush();
    }

    private static byte[] command(String task) {
        List<String> urls = IntStream.range(0, URLS)
                .mapToObj(i -> "http://site.test/bulk/" + task + "/" + i + ".html")
                .toList();
        return JSON.writeValueAsBytes(Map.of(
                "taskId",
                task,
                "account",
                "main",
                "domain",
                "site.test",
                "selector",
                "url",
                "objects",
                urls,
                "soft",
                false,
                "acceptedAt",
                Instant.now().toString()));
    }

    @Override
    public void close() {
        producer.close();
    }
}
