package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.KafkaBroker;
import io.freshet.cluster.TestCluster;
import io.freshet.e2e.Chaos.Fault;
import io.freshet.e2e.ChaosUnderLoad.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

    /** Changes by the kind of the fault, without the changes back that this test asks for. */
    private final Map<String, Long> leaderChanges = new TreeMap<>();

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
        assertThat(cluster.kafka().settings("min.insync.replicas").values())
                .isNotEmpty()
                .containsOnly("2");
        awaitReplicas();

        Result result = new ChaosUnderLoad(cluster, seed, LONGEST_PAUSE).run(faults(), duration);

        log.info(
                "{} requests accepted; {} times killed, {} cut off, {} slow; changes of leaders {}; 0 violations",
                result.accepted(),
                result.faults(KILLED),
                result.faults(CUT_OFF),
                result.faults(SLOW),
                leaderChanges);
        assertThat(result.accepted()).isPositive();
        assertThat(List.of(result.faults(KILLED), result.faults(CUT_OFF), result.faults(SLOW)))
                .allMatch(count -> count >= BROKERS);
        assertThat(leaderChanges.get(KILLED)).isGreaterThanOrEqualTo(result.faults(KILLED));
    }

    private List<Fault> faults() {
        return cluster.brokers().stream()
                .flatMap(broker -> Stream.of(
                        fault(broker, KILLED, broker::kill, broker::start),
                        fault(broker, CUT_OFF, broker::cutOff, broker::mend),
                        fault(broker, SLOW, () -> broker.slowDown(DELAY), broker::mend)))
                .toList();
    }

    /** It has ended when the next broker may fail. Then each broker leads again what it led before. */
    private Fault fault(KafkaBroker broker, String kind, Runnable begin, Runnable end) {
        AtomicLong before = new AtomicLong();
        return new Fault(
                "broker " + broker.id(),
                kind,
                () -> {
                    before.set(cluster.kafka().elections());
                    begin.run();
                },
                () -> {
                    end.run();
                    awaitReplicas();
                    leaderChanges.merge(kind, cluster.kafka().elections() - before.get(), Long::sum);
                    cluster.kafka().electPreferredLeaders();
                });
    }

    private void awaitReplicas() {
        Waiting.eventually("each broker has everything")
                .until(() -> cluster.kafka().isReplicated(BROKERS));
    }
}
