package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.Selector;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.http.ScriptedServer;
import io.freshet.purge.verify.VerificationProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeChannelTest {

    private static final String OK = "HTTP/1.1 200 Purged\r\nFreshet-Node: n1\r\nContent-Length: 0\r\n\r\n";

    private static final class Recorded extends PurgeAttempt {
        private final Purge purge;
        private final AtomicInteger ends = new AtomicInteger();
        private volatile PurgeOutcome.@Nullable Final outcome;
        private volatile @Nullable NodeHealth health;
        private volatile @Nullable String postponed;
        private final String account;

        Recorded(String url) {
            this("acme", url);
        }

        Recorded(String account, String url) {
            this.account = account;
            this.purge = Purge.of(Selector.URL, url, false);
        }

        @Override
        public String account() {
            return account;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void cancelled() {
            ends.incrementAndGet();
        }

        @Override
        public void stalled() {}

        @Override
        public void postponed(String cause) {
            postponed = cause;
            ends.incrementAndGet();
        }

        @Override
        public Purge purge() {
            return purge;
        }

        @Override
        public void answered(PurgeOutcome.Final answer) {
            outcome = answer;
            ends.incrementAndGet();
        }

        @Override
        public void undelivered(NodeHealth reason) {
            health = reason;
            ends.incrementAndGet();
        }
    }

    @Test
    void every_attempt_is_answered_once() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
                NodeChannel channel = channel(server, properties(4, Duration.ofSeconds(30)))) {
            List<Recorded> attempts = send(channel, 1_000);
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.ends.get() == 1));
            assertThat(attempts)
                    .allSatisfy(attempt -> assertThat(attempt.outcome).isEqualTo(PurgeOutcome.Gone.PURGED));
            assertThat(server.purges()).hasSize(1_000);
            assertThat(server.connectionsUsedForPurges()).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void broken_connection_loses_no_purge() throws IOException {
        AtomicInteger count = new AtomicInteger();
        ScriptedServer.Script dies = (line, out, connection) -> {
            if (!line.equals("PROBE") && count.incrementAndGet() % 7 == 0) {
                connection.close();
            } else {
                out.write(OK.getBytes());
            }
        };
        try (ScriptedServer server = new ScriptedServer(dies);
                NodeChannel channel = channel(server, properties(4, Duration.ofSeconds(30)))) {
            List<Recorded> attempts = send(channel, 100);
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.outcome == PurgeOutcome.Gone.PURGED));
        }
    }

    @Test
    void purge_that_a_busy_node_rejects_is_retried_and_the_node_stays_healthy() throws IOException {
        AtomicInteger count = new AtomicInteger();
        ScriptedServer.Script busy =
                (line, out, _) -> out.write((!line.equals("PROBE") && count.incrementAndGet() % 3 != 0
                                ? "HTTP/1.1 503 Too many restarts\r\nContent-Length: 0\r\n\r\n"
                                : OK)
                        .getBytes());
        try (ScriptedServer server = new ScriptedServer(busy);
                NodeChannel channel = channel(server, properties(4, Duration.ofSeconds(30)))) {
            List<Recorded> attempts = send(channel, 10);
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.outcome == PurgeOutcome.Gone.PURGED));
            assertThat(channel.health().isHealthy()).isTrue();
        }
    }

    @Test
    void purges_of_a_stopped_node_end_undelivered_until_it_answers_again() throws IOException {
        ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
        int port = server.port();
        try (NodeChannel channel = channel(server, properties(2, Duration.ofSeconds(30)))) {
            server.close();
            List<Recorded> attempts = send(channel, 20);
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.ends.get() == 1));
            assertThat(attempts)
                    .allSatisfy(attempt -> assertThat(attempt.health)
                            .isInstanceOfSatisfying(
                                    NodeHealth.Unreachable.class,
                                    unreachable ->
                                            assertThat(unreachable.cause()).contains("refused")));
            try (ScriptedServer again = new ScriptedServer(ScriptedServer.saying(OK), port)) {
                await().until(() -> channel.health().isHealthy());
                Recorded attempt = send(channel, 1).getFirst();
                await().until(() -> attempt.outcome == PurgeOutcome.Gone.PURGED);
                assertThat(again.purges()).hasSize(1);
            }
        }
    }

    @Test
    void node_that_refuses_the_probe_is_refusing_until_it_is_fixed() throws IOException {
        ScriptedServer.Script refuses = ScriptedServer.saying("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        try (ScriptedServer server = new ScriptedServer(refuses);
                NodeChannel channel = channel(server, properties(2, Duration.ofSeconds(30)))) {
            await().until(() -> channel.health() instanceof NodeHealth.Refusing);
            assertThat(channel.health().reason()).isEqualTo("answered 401 Unauthorized");
            Recorded attempt = send(channel, 1).getFirst();
            assertThat(attempt.health).isInstanceOf(NodeHealth.Refusing.class);
            assertThat(server.purges()).isEmpty();
            server.become(ScriptedServer.saying(OK));
            await().until(() -> channel.health().isHealthy());
        }
    }

    @Test
    void slow_responses_delay_no_other_and_the_node_stays_healthy() throws IOException {
        CountDownLatch fetchEnds = new CountDownLatch(1);
        ScriptedServer.Script slow = (line, out, _) -> {
            if (line.contains("/slow")) {
                fetchEnds.await();
            }
            out.write(OK.getBytes());
        };
        try (ScriptedServer server = new ScriptedServer(slow);
                NodeChannel channel = channel(server, properties(1, Duration.ofSeconds(30)))) {
            List<Recorded> waiting = List.of(new Recorded("http://a.test/slow1"), new Recorded("http://a.test/slow2"));
            List<Recorded> others = send(channel, 10);
            waiting.forEach(channel::send);
            others = Stream.concat(others.stream(), send(channel, 200).stream()).toList();
            await().untilAsserted(allPurged(others));
            assertThat(waiting).allSatisfy(attempt -> assertThat(attempt.ends).hasValue(0));
            assertThat(channel.health().isHealthy()).isTrue();
            fetchEnds.countDown();
            await().untilAsserted(allPurged(waiting));
            Recorded next = send(channel, 1).getFirst();
            await().untilAsserted(allPurged(List.of(next)));
        }
    }

    @Test
    void request_that_breaks_its_connection_affects_no_other() throws IOException {
        ScriptedServer.Script poisoned = (line, out, connection) -> {
            if (line.contains("/poison")) {
                connection.close();
            } else {
                out.write(OK.getBytes());
            }
        };
        try (ScriptedServer server = new ScriptedServer(poisoned);
                NodeChannel channel = channel(server, properties(2, Duration.ofMillis(500)))) {
            Recorded poison = new Recorded("http://a.test/poison");
            List<Recorded> before = send(channel, 20);
            channel.send(poison);
            List<Recorded> after = send(channel, 20);
            await().untilAsserted(allPurged(before));
            await().untilAsserted(allPurged(after));
            await().until(() -> poison.postponed != null);
            assertThat(poison.ends).hasValue(1);
            assertThat(channel.health().isHealthy()).isTrue();
        }
    }

    @Test
    void attempt_that_throws_affects_no_other() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
                NodeChannel channel = channel(server, properties(1, Duration.ofSeconds(30)))) {
            List<Recorded> before = send(channel, 20);
            channel.send(new PurgeAttempt() {
                @Override
                public String account() {
                    return "acme";
                }

                @Override
                public void stalled() {}

                @Override
                public boolean isCancelled() {
                    return false;
                }

                @Override
                public void cancelled() {
                    throw new IllegalStateException("cannot take it");
                }

                @Override
                public void postponed(String cause) {
                    throw new IllegalStateException("cannot take it");
                }

                @Override
                public Purge purge() {
                    return Purge.of(Selector.URL, "http://a.test/", false);
                }

                @Override
                public void answered(PurgeOutcome.Final outcome) {
                    throw new IllegalStateException("cannot take it");
                }

                @Override
                public void undelivered(NodeHealth reason) {
                    throw new IllegalStateException("cannot take it");
                }
            });
            List<Recorded> after = send(channel, 20);
            await().untilAsserted(allPurged(before));
            await().untilAsserted(allPurged(after));
        }
    }

    @Test
    void requests_larger_than_the_window_are_sent_one_after_the_other() throws IOException {
        String path = "/" + "x".repeat(10_000) + "/";
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
                NodeChannel channel = channel(server, properties(1, Duration.ofSeconds(30)))) {
            List<Recorded> attempts = IntStream.range(0, 30)
                    .mapToObj(i -> new Recorded("http://a.test" + path + i))
                    .toList();
            attempts.forEach(channel::send);
            await().untilAsserted(allPurged(attempts));
            assertThat(server.purges()).hasSize(30);
        }
    }

    @Test
    void purges_that_the_node_never_answers_are_postponed_and_the_node_stays_healthy() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(stuckOnPurges(never));
                NodeChannel channel = channel(server, properties(2, Duration.ofMillis(300)))) {
            List<Recorded> attempts = send(channel, 20);
            // One waits on a stalled connection; the others give theirs up again and again, until their time is over.
            await().until(() -> attempts.stream()
                            .filter(attempt -> attempt.postponed != null)
                            .count()
                    == 19);
            assertThat(channel.health().isHealthy()).isTrue();
            never.countDown();
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.ends.get() == 1));
            assertThat(attempts).allMatch(attempt -> attempt.health == null);
        }
    }

    @Test
    void held_purges_of_one_account_delay_no_other_account() throws IOException {
        CountDownLatch fetchEnds = new CountDownLatch(1);
        ScriptedServer.Script held = (line, out, _) -> {
            if (line.contains("/held")) {
                fetchEnds.await();
            }
            out.write(OK.getBytes());
        };
        try (ScriptedServer server = new ScriptedServer(held);
                NodeChannel channel = channel(server, properties(2, Duration.ofSeconds(30)))) {
            List<Recorded> waiting = IntStream.range(0, 60)
                    .mapToObj(i -> new Recorded("slow", "http://slow.test/held" + i))
                    .toList();
            waiting.forEach(channel::send);
            await().until(() -> server.purges().size() >= 2);
            List<Recorded> others = IntStream.range(0, 200)
                    .mapToObj(i -> new Recorded("other", "http://other.test/" + i))
                    .toList();
            others.forEach(channel::send);
            await().untilAsserted(allPurged(others));
            assertThat(waiting).allMatch(attempt -> attempt.ends.get() == 0);
            assertThat(channel.health().isHealthy()).isTrue();
            fetchEnds.countDown();
            await().untilAsserted(allPurged(waiting));
        }
    }

    @Test
    void slow_node_is_at_fault_only_if_others_of_its_tier_are_idle() throws IOException {
        ScriptedServer.Script slow = (line, out, _) -> {
            if (!line.equals("PROBE")) {
                Thread.sleep(20); // what this server takes for each; nothing waits for it to pass
            }
            out.write(OK.getBytes());
        };
        Peers peers = new Peers();
        NodeProperties properties = properties(1, Duration.ofMillis(300));
        try (ScriptedServer server = new ScriptedServer(slow);
                ScriptedServer other = new ScriptedServer(ScriptedServer.saying(OK));
                NodeChannel channel = channel(server, properties, peers)) {
            List<Recorded> alone = send(channel, 60);
            await().untilAsserted(allPurged(alone));
            try (NodeChannel fast = channel(other, properties, peers)) {
                assertThat(fast.health().isHealthy()).isTrue();
                List<Recorded> beside = send(channel, 60);
                await().until(() -> beside.stream().anyMatch(attempt -> attempt.health instanceof NodeHealth.Slow));
                await().until(() -> beside.stream().allMatch(attempt -> attempt.ends.get() == 1));
            }
        }
    }

    @Test
    void purges_in_flight_end_undelivered_when_the_worker_stops() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(stuckOnPurges(never))) {
            List<Recorded> attempts;
            try (NodeChannel channel = channel(server, properties(2, Duration.ofSeconds(30)))) {
                attempts = send(channel, 50);
                await().until(() -> !server.purges().isEmpty());
            }
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.ends.get() == 1));
            assertThat(attempts)
                    .allSatisfy(attempt -> assertThat(attempt.health).isNotNull());
            never.countDown();
        }
    }

    private static ScriptedServer.Script stuckOnPurges(CountDownLatch until) {
        return (line, out, _) -> {
            if (!line.equals("PROBE")) {
                until.await();
            }
            out.write(OK.getBytes());
        };
    }

    private static ThrowingRunnable allPurged(List<Recorded> attempts) {
        return () -> assertThat(attempts)
                .allSatisfy(attempt -> assertThat(attempt.outcome).isEqualTo(PurgeOutcome.Gone.PURGED));
    }

    private static List<Recorded> send(NodeChannel channel, int count) {
        List<Recorded> attempts = IntStream.range(0, count)
                .mapToObj(i -> new Recorded("http://a.test/" + i))
                .toList();
        attempts.forEach(channel::send);
        return attempts;
    }

    private static NodeProperties properties(int connections, Duration slowTimeout) {
        return new NodeProperties(
                connections,
                8,
                Duration.ofMillis(100),
                2,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                2,
                slowTimeout,
                600);
    }

    private static NodeChannel channel(ScriptedServer server, NodeProperties properties) {
        return channel(server, properties, new Peers());
    }

    private static NodeChannel channel(ScriptedServer server, NodeProperties properties, Peers peers) {
        NodeReachability reachability = new NodeReachability();
        reachability.setOnlyWorker(true); // with one node, no other shows that the network is fine
        return new NodeChannel(
                server.node(),
                properties,
                new VerificationProperties(0, false),
                reachability,
                peers,
                new SimpleMeterRegistry(),
                Clock.systemUTC());
    }
}
