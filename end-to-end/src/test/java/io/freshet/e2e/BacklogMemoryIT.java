package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.process.Service;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Breaks a node for good: 5,000 refreshes wait for it, in Kafka and not in the worker's memory. */
@ClusterTest
@Order(Order.DEFAULT + 19)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BacklogMemoryIT {

    private static final Logger log = LoggerFactory.getLogger(BacklogMemoryIT.class);
    private static final int REFRESHES = 5_000;
    private static final int USUAL = 1_000;
    private static final int CLIENTS = 64;
    private static final int LOOKS = 3;

    /** Long names, so that a backlog in memory could not be overlooked: it would be 14 MB. */
    private static final int URLS = 3;

    private static final String LONG = "x".repeat(900);

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final CacheNode away;

    BacklogMemoryIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.away = cluster.l1().getLast();
    }

    @BeforeAll
    void a_worker_whose_memory_can_be_seen() {
        cluster.restart(
                Service.PURGE_WORKER,
                cluster.fleet(),
                Map.of(
                        "MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE", "health,prometheus,heapdump",
                        "MANAGEMENT_ENDPOINT_HEAPDUMP_ACCESS", "unrestricted"));
    }

    @AfterAll
    void the_node_is_back() {
        cluster.resume(away);
        Waiting.inSync(cluster, away, true);
        cluster.restart(Service.PURGE_WORKER);
    }

    @Test
    void a_workers_heap_does_not_grow_with_what_a_node_owes() {
        refreshAndWaitForTheOthers(USUAL);
        long without = heapAfterCollection();

        cluster.pause(away);
        Waiting.inSync(cluster, away, false);
        refreshAndWaitForTheOthers(REFRESHES);
        Waiting.eventually("the node owes all of it") // of which the worker tells twice a second
                .until(() -> gateway.node(away.id()).lagRecords() >= REFRESHES);
        long with = heapAfterCollection();

        log.info(
                "heap after collection {} KB, with {} refreshes that wait {} KB",
                without / 1024,
                REFRESHES,
                with / 1024);
        assertThat((double) with).isLessThanOrEqualTo(without * 1.2);
    }

    /** Returns when the other nodes have got everything. */
    private void refreshAndWaitForTheOthers(int count) {
        Pages pages = cluster.origin().pages();
        Set<String> tasks = ConcurrentHashMap.newKeySet();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            CompletableFuture.allOf(IntStream.range(0, count)
                            .mapToObj(i -> CompletableFuture.runAsync(() -> tasks.add(refresh(pages, i)), clients))
                            .toArray(CompletableFuture[]::new))
                    .join();
        }
        assertThat(tasks).hasSize(count);
        CacheNode other = cluster.l1().getFirst();
        Waiting.eventually("the other nodes have got everything")
                .until(() -> cluster.kafka().hasAllCommands(other.id()));
    }

    private String refresh(Pages pages, int i) {
        List<String> urls = IntStream.range(0, URLS)
                .mapToObj(url -> pages.url(i + "/" + url + LONG))
                .toList();
        return gateway.refresh("url", urls).taskId();
    }

    /** Returns the live heap of the worker: the smallest of some samples. */
    private long heapAfterCollection() {
        return IntStream.range(0, LOOKS).mapToLong(_ -> collectAndLook()).min().orElseThrow();
    }

    /** A heap dump collects all garbage first. */
    private long collectAndLook() {
        GatewayClient worker = cluster.managements(Service.PURGE_WORKER).getFirst();
        Answer dump = worker.get("/actuator/heapdump?live=true");
        assertThat(dump.status()).isEqualTo(200);
        return (long) worker.metric("jvm_memory_used_bytes", "area=\"heap\"");
    }
}
