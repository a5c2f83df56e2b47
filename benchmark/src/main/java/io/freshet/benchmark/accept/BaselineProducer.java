package io.freshet.benchmark.accept;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.ConcurrentTasks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Lower bound of the cost of Kafka: each client waits until its record is acknowledged before it writes the next.
 */
final class BaselineProducer {

    private static final int PARTITIONS = 12;

    private final BenchmarkEnvironment ground;
    private final List<byte[]> values;

    BaselineProducer(BenchmarkEnvironment ground, List<byte[]> values) {
        this.ground = ground;
        this.values = values;
    }

    /** Records a second, once it has warmed up for as long. */
    double rate(int clients, Duration time) throws Exception {
        String bootstrap = ground.kafka().address().outside();
        String topic = "bare-" + System.nanoTime();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            Map<String, String> settings =
                    Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", "5000000");
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1).configs(settings)))
                    .all()
                    .get();
        }
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                bootstrap,
                "acks",
                "all",
                "enable.idempotence",
                true,
                "compression.type",
                "lz4",
                "linger.ms",
                0,
                "max.request.size",
                6_500_000);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                // One by one, until each partition has a leader.
                producer.send(new ProducerRecord<>(topic, partition, "first", values.getFirst()))
                        .get();
            }
            write(producer, topic, clients, time);
            return write(producer, topic, clients, time);
        }
    }

    private double write(KafkaProducer<String, byte[]> producer, String topic, int clients, Duration time)
            throws Exception {
        AtomicLong next = new AtomicLong();
        long began = System.nanoTime();
        try (ConcurrentTasks work = new ConcurrentTasks()) {
            for (int i = 0; i < clients; i++) {
                work.start(() -> {
                    while (System.nanoTime() - began < time.toNanos()) {
                        long number = next.getAndIncrement();
                        byte[] value = values.get((int) (number % values.size()));
                        producer.send(new ProducerRecord<>(topic, Long.toString(number), value))
                                .get();
                    }
                });
            }
        }
        return next.get() * 1e9 / (System.nanoTime() - began);
    }
}
