package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.process.ProcessPlatform.Database;
import io.freshet.cluster.process.Service;
import io.freshet.e2e.hostile.Attack;
import io.freshet.e2e.hostile.DeepAndWideJson;
import io.freshet.e2e.hostile.EventStreams;
import io.freshet.e2e.hostile.FloodWithoutQuota;
import io.freshet.e2e.hostile.Fuzzer;
import io.freshet.e2e.hostile.Gateway;
import io.freshet.e2e.hostile.HugeHeaders;
import io.freshet.e2e.hostile.PipelinedGarbage;
import io.freshet.e2e.hostile.RefusedRequests;
import io.freshet.e2e.hostile.SlowBodies;
import io.freshet.e2e.hostile.SlowHeaders;
import io.freshet.e2e.hostile.UnreadResponses;
import io.freshet.e2e.hostile.WellBehavedAccount;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hostile clients of a gateway with the heap of its container. Beside them a well-behaved account refreshes an object
 * once a second, and nothing of it fails. No other test runs meanwhile: its load would be taken for the attack's. With
 * {@code -Dfreshet.hostile.duration=PT10M} all attacks are repeated in
 * turn, and the heap must stay flat.
 */
@ClusterTest
@Isolated
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientsIT {

    private static final Logger log = LoggerFactory.getLogger(HostileClientsIT.class);

    private static final Duration DURATION = Duration.parse(System.getProperty("freshet.hostile.duration", "PT0S"));
    private static final boolean LONG = DURATION.isPositive();
    private static final Duration ATTACK = Duration.ofSeconds(LONG ? 10 : 3);
    private static final Duration FLOOD = Duration.ofSeconds(LONG ? 60 : 5);
    private static final long SEED = Long.getLong("freshet.hostile.seed", System.nanoTime());
    private static final int COLLECTIONS = 3;

    /** Idle connections of Postgres report within 10 s (PGSTAT_IDLE_INTERVAL). */
    private static final Duration STATISTICS_DELAY = Duration.ofSeconds(11);

    private static final List<Attack> ATTACKS = List.of(
            new SlowHeaders(),
            new SlowBodies(),
            new UnreadResponses(),
            new RefusedRequests(),
            new EventStreams(),
            new DeepAndWideJson(),
            new HugeHeaders(),
            new PipelinedGarbage(),
            new Fuzzer(SEED));

    private final TestCluster cluster;
    private final GatewayClient client;

    HostileClientsIT(TestCluster cluster) {
        this.cluster = cluster;
        this.client = cluster.gateway();
    }

    @BeforeAll
    void exposeHeap() {
        log.info("seed of the fuzzer: -Dfreshet.hostile.seed={}", SEED);
        if (LONG) {
            cluster.restart(
                    Service.GATEWAY,
                    cluster.fleet(),
                    Map.of(
                            "MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE", "health,info,prometheus,heapdump",
                            "MANAGEMENT_ENDPOINT_HEAPDUMP_ACCESS", "unrestricted"));
        }
    }

    @AfterAll
    void hideHeap() {
        if (LONG) {
            cluster.restart(Service.GATEWAY);
        }
    }

    static List<Attack> attacks() {
        return ATTACKS;
    }

    private Gateway gateway() {
        String aliyun = cluster.aliyun().getFirst();
        return new Gateway(
                cluster.gatewayAddress().getPort(),
                URI.create("http://" + aliyun).getPort(),
                cluster.gatewayManagementAddress().getPort());
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void attack_leaves_a_well_behaved_account_undisturbed(Attack attack) {
        beside(attack, ATTACK);
    }

    @Test
    void flood_of_an_account_without_quota_is_refused_and_writes_no_task() throws SQLException {
        TableStatistics before = settledTaskTable();
        FloodWithoutQuota flood = new FloodWithoutQuota();
        int own = beside(flood, FLOOD);
        // Postgres counts with a delay.
        TableStatistics after = Waiting.eventually("the tasks of the other account are counted")
                .until(this::taskTable, table -> table.inserted() - before.inserted() >= own);
        log.info(
                "{} refused refreshes in {} s; task gained {} rows and {} dead ones, {} of them for the other account",
                flood.refused(),
                FLOOD.toSeconds(),
                after.inserted() - before.inserted(),
                after.dead() - before.dead(),
                own);
        assertThat(flood.refused()).isGreaterThan(FLOOD.toSeconds() * 100);
        assertThat(after.inserted() - before.inserted()).isLessThanOrEqualTo(own + 10L);
        // Each task of the other account is updated a few times.
        assertThat(after.dead() - before.dead()).isLessThan(10L * own + 100);
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void gateway_survives_all_attacks_in_turn_with_a_flat_heap() {
        Instant end = Instant.now().plus(DURATION);
        List<Long> heaps = new ArrayList<>();
        while (Instant.now().isBefore(end)) {
            for (Attack attack : ATTACKS) {
                beside(attack, ATTACK);
                heaps.add(heapAfterCollection());
                log.info("heap after collection: {} KB", heaps.getLast() / 1024);
            }
            beside(new FloodWithoutQuota(), FLOOD);
        }
        int third = heaps.size() / 3;
        if (third > 0) {
            long middle = Collections.min(heaps.subList(third, 2 * third));
            long last = Collections.min(heaps.subList(2 * third, heaps.size()));
            assertThat((double) last).as("%s", heaps).isLessThanOrEqualTo(1.3 * middle);
        }
    }

    /** Returns the number of tasks of the well-behaved account. */
    private int beside(Attack attack, Duration duration) {
        Pages pages = cluster.origin().pages();
        WellBehavedAccount account = new WellBehavedAccount(client, i -> pages.url(i + "/"));
        try (account) {
            attack.run(gateway(), Instant.now().plus(duration));
        }
        log.info(
                "{}: {}{}",
                attack.getClass().getSimpleName(),
                account.latency(),
                attack instanceof FloodWithoutQuota flood ? ", " + flood.refused() + " refused" : "");
        assertThat(account.failures()).isEmpty();
        for (String task : account.tasks()) {
            assertThat(Waiting.finished(client, task).status()).isEqualTo("complete");
        }
        GatewayClient management = cluster.gatewayManagement();
        Waiting.eventually("no request holds anything any more")
                .until(() -> management.metric("freshet_requests_in_progress") == 0
                        && management.metric("freshet_request_memory_bytes") == 0);
        return account.tasks().size();
    }

    private record TableStatistics(long inserted, long dead) {}

    /** Returns the statistics once those of earlier tests have arrived: twice the same at an interval. */
    private TableStatistics settledTaskTable() {
        AtomicReference<TableStatistics> last = new AtomicReference<>();
        return await("the statistics of earlier tests have arrived")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(STATISTICS_DELAY)
                .until(this::taskTable, table -> table.equals(last.getAndSet(table)));
    }

    private TableStatistics taskTable() throws SQLException {
        Database database = cluster.record();
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select n_tup_ins, n_dead_tup from pg_stat_user_tables where relname = 'task'")) {
            row.next();
            return new TableStatistics(row.getLong(1), row.getLong(2));
        }
    }

    /** Returns the live heap of the gateway: the smallest of some samples. A heap dump collects all garbage first. */
    private long heapAfterCollection() {
        GatewayClient management = cluster.gatewayManagement();
        long smallest = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            assertThat(management.get("/actuator/heapdump?live=true").status()).isEqualTo(200);
            smallest = Math.min(smallest, (long) management.metric("jvm_memory_used_bytes", "area=\"heap\""));
        }
        return smallest;
    }
}
