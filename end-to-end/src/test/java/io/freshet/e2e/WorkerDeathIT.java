package io.freshet.e2e;

import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.process.Service;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Breaks a node and, twice each while it is away and while it catches up, both purge-workers. */
@ClusterTest
@Order(Order.DEFAULT + 12)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerDeathIT {

    private static final Logger log = LoggerFactory.getLogger(WorkerDeathIT.class);
    private static final int REFRESHES = 500;
    private static final int DEATHS = 2;

    private final TestCluster cluster;
    private final CacheNode away;

    WorkerDeathIT(TestCluster cluster) {
        this.cluster = cluster;
        this.away = cluster.l1().getLast();
    }

    @BeforeAll
    void two_workers() {
        cluster.scale(Service.PURGE_WORKER, 2);
    }

    @AfterAll
    void back_to_one_worker() {
        cluster.resume(away);
        cluster.scale(Service.PURGE_WORKER, 1);
        Waiting.inSync(cluster, away, true);
    }

    @Test
    void a_node_that_was_away_gets_all_it_missed_though_its_workers_die_again_and_again() {
        ManyRefreshes missed = new ManyRefreshes(cluster, REFRESHES);
        missed.heldBy(away);
        missed.publish();

        cluster.pause(away);
        for (int death = 1; death <= DEATHS; death++) {
            ask(missed, REFRESHES * death / DEATHS);
            killAndStartWorkers();
        }
        Waiting.inSync(cluster, away, false);

        cluster.resume(away);
        for (int death = 1; death <= DEATHS; death++) {
            itHasGotMoreOrAll();
            log.info("the workers die while the node lacks {} of {} refreshes", lag(), REFRESHES);
            killAndStartWorkers();
        }
        Waiting.inSync(cluster, away, true);

        missed.assertNewAt(away);
        missed.assertContentSurvivedAt(away);
        missed.assertAllComplete();
        Waiting.eventually("the node's cursors are at the end").until(() -> lag() == 0);
    }

    private static void ask(ManyRefreshes refreshes, int upTo) {
        while (refreshes.tasks().size() < upTo) {
            refreshes.ask();
        }
    }

    private void itHasGotMoreOrAll() {
        long before = lag();
        Waiting.eventually("the node is caught up with").until(() -> before == 0 || lag() < before);
    }

    private void killAndStartWorkers() {
        cluster.kill(Service.PURGE_WORKER);
        cluster.start(Service.PURGE_WORKER);
    }

    private long lag() {
        Map<Integer, Long> lag = cluster.kafka().nodeLag(away.id());
        return lag.values().stream().mapToLong(Long::longValue).sum();
    }
}
