package io.freshet.e2e;

import io.freshet.cluster.TestCluster;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Breaks everything but the nodes: the broker, Postgres and each service are killed and started again in random order,
 * under a steady load. The order is that of a seed, which is printed and can be given again: {@code
 * -Dfreshet.chaos.seed=…}; {@code -Dfreshet.chaos.seconds=…} says how long.
 */
@ClusterTest
@Order(Order.DEFAULT + 25)
class ChaosIT {

    private static final Logger log = LoggerFactory.getLogger(ChaosIT.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    private final TestCluster cluster;
    private final long seed = Long.getLong("freshet.chaos.seed", new Random().nextLong());
    private final Duration duration = Duration.ofSeconds(Long.getLong("freshet.chaos.seconds", 60));

    ChaosIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    @AfterEach
    void everything_is_well_again() {
        Stream.concat(Stream.of(cluster.l2()), cluster.l1().stream())
                .forEach(node -> Waiting.inSync(cluster, node, true));
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void accepted_requests_are_executed_and_nodes_stay_fresh_whatever_is_killed() {
        log.info("seed {}", seed);

        new ChaosUnderLoad(cluster, seed, LONGEST_PAUSE).run(Chaos.deathsIn(cluster), duration);
    }
}
