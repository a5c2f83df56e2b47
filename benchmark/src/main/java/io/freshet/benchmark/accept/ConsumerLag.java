package io.freshet.benchmark.accept;

import static org.awaitility.Awaitility.await;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.cluster.KafkaClient;
import java.time.Duration;

/** Until a group has read all there is. */
final class ConsumerLag {

    private ConsumerLag() {}

    static void awaitEnd(BenchmarkEnvironment ground, String group, String topic) {
        KafkaClient kafka = new KafkaClient(ground.kafka().address());
        await().atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> kafka.isAtEnd(group, topic));
    }
}
