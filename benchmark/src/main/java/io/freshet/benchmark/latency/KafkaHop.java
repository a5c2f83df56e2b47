package io.freshet.benchmark.latency;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Latencies;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * One record after the other through the broker and nothing else: written with {@code acks=all}, and read by somebody
 * who waits for it.
 */
final class KafkaHop {

    private static final String TOPIC = "hop";

    /** As large as a command with one URL. */
    private static final byte[] RECORD = new byte[250];

    private final BenchmarkEnvironment ground;

    KafkaHop(BenchmarkEnvironment ground) {
        this.ground = ground;
    }

    /** From the beginning of the write until the record has been read and the write is acknowledged. */
    Latencies measure(int warmUp, int count) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", ground.kafka().address().outside(), "acks", "all", "linger.ms", 0);
        try (Admin admin = Admin.create(settings)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 12, (short) 1)))
                    .all()
                    .get();
        }
        try (ArrivalTimes arrivals = new ArrivalTimes(ground, TOPIC, each -> Optional.of(each.key()));
                KafkaProducer<String, byte[]> producer =
                        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            hops(producer, arrivals, warmUp);
            return hops(producer, arrivals, count);
        }
    }

    private static Latencies hops(KafkaProducer<String, byte[]> producer, ArrivalTimes arrivals, int count)
            throws Exception {
        Latencies latencies = new Latencies();
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            var acknowledged = producer.send(new ProducerRecord<>(TOPIC, Integer.toString(i), RECORD));
            long arrived = arrivals.await(Integer.toString(i));
            acknowledged.get();
            latencies.add(Math.max(arrived, System.nanoTime()) - began);
        }
        return latencies;
    }
}
