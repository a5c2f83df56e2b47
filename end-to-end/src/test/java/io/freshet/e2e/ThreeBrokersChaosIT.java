package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.KafkaBroker;
import io.freshet.cluster.KafkaClient;
import io.freshet.cluster.TestCluster;
import io.freshet.e2e.Chaos.Fault;
import io.freshet.e2e.ChaosUnderLoad.Result;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Breaks one of three brokers at a time, in random order and under a steady load: it is killed, cut off from services
 * and brokers, or slow. {@code -Dfreshet.chaos.three-brokers.duration=PT5M} says how long, {@code
 * -Dfreshet.chaos.seed=…} repeats an order.
 */
@Order(Order.DEFAULT + 26)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ThreeBrokersChaosIT {

    private static final Logger log = LoggerFactory.getLogger(ThreeBrokersChaosIT.class);
    private static final int BROKERS = 3;
    private static final String KILLED = "killed";
    private static final String CUT_OFF = "cut off";
    private static final String SLOW = "slow";

    /** Of a fault; longer than brokers take to notice a dead one and to elect leaders. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(6);

    /** Of everything to and from a slow broker. An acknowledgement takes about four times as long. */
    private static final Duration DELAY = Duration.ofMillis(200);

    private final long seed = Long.getLong("freshet.chaos.seed", new Random().nextLong());
    private final Duration duration =
            Duration.parse(System.getProperty("freshet.chaos.three-brokers.duration", "PT30S"));

    private TestCluster cluster;

    @BeforeAll
    void start() {
        cluster = TestCluster.launch("three-brokers", BROKERS);
    }

    @AfterAll
    void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void nothing_accepted_is_lost_whatever_happens_to_one_broker_of_three() {
        log.info("seed {}", seed);
        KafkaClient kafka = cluster.kafka();
        assertThat(kafka.settings("min.insync.replicas").values()).isNotEmpty().containsOnly("2");
        awaitReplicas();
        long electionsBefore = kafka.elections();

        Result result = new ChaosUnderLoad(cluster, seed, LONGEST_PAUSE).run(faults(), duration);

        long elections = kafka.elections() - electionsBefore;
        log.info(
                "{} requests accepted; {} changes of leaders; {} times killed, {} cut off, {} slow; 0 violations",
                result.accepted(),
                elections,
                result.faults(KILLED),
                result.faults(CUT_OFF),
                result.faults(SLOW));
        assertThat(result.accepted()).isPositive();
        assertThat(elections).isPositive();
        assertThat(List.of(result.faults(KILLED), result.faults(CUT_OFF), result.faults(SLOW)))
                .allMatch(count -> count >= BROKERS);
    }

    private List<Fault> faults() {
        return cluster.brokers().stream()
                .flatMap(broker -> Stream.of(
                        fault(broker, KILLED, broker::kill, broker::start),
                        fault(broker, CUT_OFF, broker::cutOff, broker::mend),
                        fault(broker, SLOW, () -> broker.slowDown(DELAY), broker::mend)))
                .toList();
    }

    /** It has ended when the next broker may fail: it leads what it led before. */
    private Fault fault(KafkaBroker broker, String kind, Runnable begin, Runnable end) {
        return new Fault("broker " + broker.id(), kind, begin, () -> {
            end.run();
            awaitReplicas();
            cluster.kafka().electPreferredLeaders();
        });
    }

    private void awaitReplicas() {
        Waiting.eventually("each broker has everything")
                .until(() -> cluster.kafka().isReplicated(BROKERS));
    }
}
