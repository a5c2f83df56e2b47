package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.http.ScriptedServer;
import io.freshet.purge.verify.PurgeVerifier;
import io.freshet.purge.verify.VerificationProperties;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeMonitorTest {

    private static final String OK = "HTTP/1.1 200 Purged\r\nFreshet-Node: n1\r\nContent-Length: 0\r\n\r\n";
    private static final String UNAUTHORIZED = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
    private static final String BUSY = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration OFTEN = Duration.ofMillis(50);

    private static final class RecordedHealth implements NodeMonitor.HealthListener {
        private final List<NodeHealth> changes = new CopyOnWriteArrayList<>();
        private final AtomicInteger checks = new AtomicInteger();
        private volatile @Nullable RuntimeException failure;

        @Override
        public void healthChanged(NodeHealth health) {
            changes.add(health);
        }

        @Override
        public void checked() {
            checks.incrementAndGet();
            RuntimeException thrown = failure;
            if (thrown != null) {
                failure = null;
                throw thrown;
            }
        }
    }

    private final RecordedHealth recorded = new RecordedHealth();

    @Test
    void node_is_checked_periodically_and_only_changes_are_reported() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
                NodeMonitor monitor = monitor(server, OFTEN)) {
            await().until(() -> recorded.checks.get() > 3);
            assertThat(recorded.changes).isEmpty();
            server.become(ScriptedServer.saying(UNAUTHORIZED));
            await().until(() -> monitor.health() instanceof NodeHealth.Refusing);
            int checks = recorded.checks.get();
            await().until(() -> recorded.checks.get() > checks + 2);
            assertThat(recorded.changes).singleElement().isInstanceOf(NodeHealth.Refusing.class);
            server.become(ScriptedServer.saying(OK));
            await().until(() -> recorded.changes.size() == 2);
            assertThat(recorded.changes.getLast()).isInstanceOf(NodeHealth.Healthy.class);
        }
    }

    @Test
    void requested_check_does_not_wait_for_the_interval() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
                NodeMonitor monitor = monitor(server, NEVER)) {
            await().until(() -> recorded.checks.get() == 1);
            monitor.checkSoon();
            await().until(() -> recorded.checks.get() == 2);
        }
    }

    @Test
    void recheck_returns_the_health_of_a_check_that_began_after_it() throws Exception {
        CountDownLatch firstProbeEnds = new CountDownLatch(1);
        CountDownLatch firstProbeCame = new CountDownLatch(1);
        ScriptedServer.Script slow = (_, out, _) -> {
            firstProbeCame.countDown();
            firstProbeEnds.await();
            out.write(OK.getBytes());
        };
        try (ScriptedServer server = new ScriptedServer(slow);
                NodeMonitor monitor = monitor(server, NEVER)) {
            firstProbeCame.await();
            CompletableFuture<NodeHealth> health = recheck(monitor);
            server.become(ScriptedServer.saying(UNAUTHORIZED));
            firstProbeEnds.countDown();
            assertThat(health.get()).isInstanceOf(NodeHealth.Refusing.class);
        }
    }

    @Test
    void recheck_of_a_waiting_monitor_takes_one_check() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
                NodeMonitor monitor = monitor(server, NEVER)) {
            await().until(() -> recorded.checks.get() == 1);
            server.become(ScriptedServer.saying(UNAUTHORIZED));
            assertThat(monitor.recheck()).isInstanceOf(NodeHealth.Refusing.class);
            await().during(Duration.ofMillis(100)).until(() -> recorded.checks.get() == 2);
        }
    }

    @Test
    void requested_checks_have_pauses_between_them() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
                NodeMonitor monitor = monitor(server, NEVER)) {
            monitor.recheck(); // it may be the monitor's first check, which needs no pause
            long start = System.nanoTime();
            for (int i = 0; i < 4; i++) {
                monitor.recheck();
            }
            // The first of the pauses may have begun before.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        }
    }

    @Test
    void closed_monitor_ends_a_recheck() throws Exception {
        CountDownLatch testEnds = new CountDownLatch(1);
        ScriptedServer.Script stuck = (_, _, _) -> testEnds.await();
        try (ScriptedServer server = new ScriptedServer(stuck)) {
            NodeMonitor monitor = monitor(server, NEVER);
            CompletableFuture<NodeHealth> health = recheck(monitor);
            monitor.close();
            assertThat(health.get()).isNotNull();
            testEnds.countDown();
        }
    }

    @Test
    void failure_of_a_listener_does_not_end_the_checks() throws IOException {
        recorded.failure = new IllegalStateException("wanted by this test");
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
                NodeMonitor _ = monitor(server, OFTEN)) {
            await().until(() -> recorded.checks.get() > 2);
        }
    }

    @Test
    void first_failure_is_confirmed_before_the_interval_ends() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
                NodeMonitor monitor = monitor(server, Duration.ofSeconds(40))) {
            await().until(() -> recorded.checks.get() == 1);
            server.become(ScriptedServer.saying(BUSY));
            monitor.checkSoon();
            await().atMost(Duration.ofSeconds(30)).until(() -> monitor.health() instanceof NodeHealth.Unreachable);
        }
    }

    private static CompletableFuture<NodeHealth> recheck(NodeMonitor monitor) {
        CompletableFuture<NodeHealth> health = new CompletableFuture<>();
        Thread thread = Thread.startVirtualThread(() -> {
            try {
                health.complete(monitor.recheck());
            } catch (InterruptedException e) {
                health.completeExceptionally(e);
            }
        });
        await().until(() -> thread.getState() == Thread.State.WAITING || health.isDone());
        return health;
    }

    private NodeMonitor monitor(ScriptedServer server, Duration interval) {
        Duration timeout = Duration.ofSeconds(30);
        NodeProperties properties =
                new NodeProperties(1, 1, timeout.dividedBy(2), 0, timeout, timeout, interval, timeout, 2, timeout, 600);
        PurgeDriver driver = PurgeDriver.of(server.node());
        NodeReachability reachability = new NodeReachability();
        reachability.setOnlyWorker(true);
        NodeConnector connector = new NodeConnector(server.node(), driver, properties);
        Clock clock = Clock.systemUTC();
        PurgeVerifier verifier = new PurgeVerifier(server.node(), driver, new VerificationProperties(0, false));
        NodeProbe probe = new NodeProbe(server.node(), driver, verifier, connector.forProbes(), 2, reachability, clock);
        NodeMonitor monitor = new NodeMonitor(server.node(), probe, null, interval, clock, recorded);
        monitor.start();
        return monitor;
    }
}
