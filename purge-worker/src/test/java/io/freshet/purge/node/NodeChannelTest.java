package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.Selector;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.http.ScriptedServer;
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
        private volatile @Nullable PurgeOutcome outcome;
        private volatile @Nullable NodeHealth undelivered;

        Recorded(String url) {
            this.purge = Purge.of(Selector.URL, url, false);
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
            undelivered = reason;
            ends.incrementAndGet();
        }
    }

    @Test
    void every_attempt_gets_its_answer() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.always(OK));
                NodeChannel channel = channel(server, settings(4, Duration.ofSeconds(30)))) {
            List<Recorded> attempts = send(channel, 1_000);
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.ends.get() == 1));
            assertThat(attempts)
                    .allSatisfy(attempt -> assertThat(attempt.outcome).isEqualTo(PurgeOutcome.Gone.PURGED));
            assertThat(server.purges()).hasSize(1_000);
            assertThat(server.connectionsUsedForPurges()).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void connection_that_closes_loses_no_purge() throws IOException {
        AtomicInteger count = new AtomicInteger();
        ScriptedServer.Script dies = (line, out, connection) -> {
            if (!line.equals("PROBE") && count.incrementAndGet() % 7 == 0) {
                connection.close();
            } else {
                out.write(OK.getBytes());
            }
        };
        try (ScriptedServer server = new ScriptedServer(dies);
                NodeChannel channel = channel(server, settings(4, Duration.ofSeconds(30)))) {
            List<Recorded> attempts = send(channel, 100);
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.outcome == PurgeOutcome.Gone.PURGED));
        }
    }

    @Test
    void purge_that_a_busy_node_cannot_do_is_sent_again_and_node_stays_healthy() throws IOException {
        AtomicInteger count = new AtomicInteger();
        ScriptedServer.Script busy =
                (line, out, _) -> out.write((!line.equals("PROBE") && count.incrementAndGet() % 3 != 0
                                ? "HTTP/1.1 503 Too many restarts\r\nContent-Length: 0\r\n\r\n"
                                : OK)
                        .getBytes());
        try (ScriptedServer server = new ScriptedServer(busy);
                NodeChannel channel = channel(server, settings(4, Duration.ofSeconds(30)))) {
            List<Recorded> attempts = send(channel, 10);
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.outcome == PurgeOutcome.Gone.PURGED));
            assertThat(channel.health().isHealthy()).isTrue();
        }
    }

    @Test
    void purges_for_an_unreachable_node_are_undelivered_until_it_answers_again() throws IOException {
        ScriptedServer server = new ScriptedServer(ScriptedServer.always(OK));
        int port = server.port();
        try (NodeChannel channel = channel(server, settings(2, Duration.ofSeconds(30)))) {
            server.close();
            List<Recorded> attempts = send(channel, 20);
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.ends.get() == 1));
            assertThat(attempts)
                    .allSatisfy(attempt -> assertThat(attempt.undelivered)
                            .isInstanceOfSatisfying(
                                    NodeHealth.Unreachable.class,
                                    unreachable -> assertThat(unreachable.cause()).contains("refused")));
            try (ScriptedServer again = new ScriptedServer(ScriptedServer.always(OK), port)) {
                await().until(() -> channel.health().isHealthy());
                Recorded attempt = send(channel, 1).getFirst();
                await().until(() -> attempt.outcome == PurgeOutcome.Gone.PURGED);
                assertThat(again.purges()).hasSize(1);
            }
        }
    }

    @Test
    void node_that_refuses_probes_gets_no_purges_until_it_accepts_probes() throws IOException {
        ScriptedServer.Script refuses = ScriptedServer.always("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        try (ScriptedServer server = new ScriptedServer(refuses);
                NodeChannel channel = channel(server, settings(2, Duration.ofSeconds(30)))) {
            await().until(() -> channel.health() instanceof NodeHealth.Refusing);
            assertThat(channel.health().reason()).isEqualTo("answered 401 Unauthorized");
            Recorded attempt = send(channel, 1).getFirst();
            assertThat(attempt.undelivered).isInstanceOf(NodeHealth.Refusing.class);
            assertThat(server.purges()).isEmpty();
            server.answerBy(ScriptedServer.always(OK));
            await().until(() -> channel.health().isHealthy());
        }
    }

    @Test
    void slow_answers_delay_no_other_purge_and_node_stays_healthy() throws IOException {
        CountDownLatch fetchEnds = new CountDownLatch(1);
        ScriptedServer.Script slow = (line, out, _) -> {
            if (line.contains("/slow")) {
                fetchEnds.await();
            }
            out.write(OK.getBytes());
        };
        try (ScriptedServer server = new ScriptedServer(slow);
                NodeChannel channel = channel(server, settings(1, Duration.ofSeconds(30)))) {
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
    void purge_on_which_the_node_closes_fails_alone() throws IOException {
        ScriptedServer.Script poisoned = (line, out, connection) -> {
            if (line.contains("/poison")) {
                connection.close();
            } else {
                out.write(OK.getBytes());
            }
        };
        try (ScriptedServer server = new ScriptedServer(poisoned);
                NodeChannel channel = channel(server, settings(2, Duration.ofMillis(500)))) {
            Recorded poison = new Recorded("http://a.test/poison");
            List<Recorded> before = send(channel, 20);
            channel.send(poison);
            List<Recorded> after = send(channel, 20);
            await().untilAsserted(allPurged(before));
            await().untilAsserted(allPurged(after));
            await().until(() -> poison.undelivered instanceof NodeHealth.Slow);
            assertThat(poison.ends).hasValue(1);
            assertThat(channel.health().isHealthy()).isTrue();
        }
    }

    @Test
    void attempt_that_throws_on_its_answer_does_not_affect_others() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.always(OK));
                NodeChannel channel = channel(server, settings(1, Duration.ofSeconds(30)))) {
            List<Recorded> before = send(channel, 20);
            channel.send(new PurgeAttempt() {
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
    void purges_larger_than_a_window_are_sent_in_several() throws IOException {
        String path = "/" + "x".repeat(10_000) + "/";
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.always(OK));
                NodeChannel channel = channel(server, settings(1, Duration.ofSeconds(30)))) {
            List<Recorded> attempts = IntStream.range(0, 30)
                    .mapToObj(i -> new Recorded("http://a.test" + path + i))
                    .toList();
            attempts.forEach(channel::send);
            await().untilAsserted(allPurged(attempts));
            assertThat(server.purges()).hasSize(30);
        }
    }

    @Test
    void purges_that_wait_too_long_are_undelivered_although_probes_succeed() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(stuckOnPurges(never));
                NodeChannel channel = channel(server, settings(2, Duration.ofMillis(300)))) {
            List<Recorded> attempts = send(channel, 40);
            // Each of two connections and of two that replace stalled ones holds one purge.
            await().until(() -> attempts.stream()
                            .filter(attempt -> attempt.undelivered instanceof NodeHealth.Slow)
                            .count()
                    == 36);
            assertThat(channel.health().isHealthy()).isTrue();
            never.countDown();
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.ends.get() == 1));
        }
    }

    @Test
    void slow_node_releases_purges_only_if_a_peer_is_idle() throws IOException {
        ScriptedServer.Script slow = (line, out, _) -> {
            if (!line.equals("PROBE")) {
                Thread.sleep(20); // the time this server takes for a purge
            }
            out.write(OK.getBytes());
        };
        Peers peers = new Peers();
        NodeProperties settings = settings(1, Duration.ofMillis(300));
        try (ScriptedServer server = new ScriptedServer(slow);
                ScriptedServer other = new ScriptedServer(ScriptedServer.always(OK));
                NodeChannel channel = channel(server, settings, peers)) {
            List<Recorded> alone = send(channel, 60);
            await().untilAsserted(allPurged(alone));
            try (NodeChannel fast = channel(other, settings, peers)) {
                assertThat(fast.health().isHealthy()).isTrue();
                List<Recorded> beside = send(channel, 60);
                await().until(() -> beside.stream().anyMatch(attempt -> attempt.undelivered instanceof NodeHealth.Slow));
                await().until(() -> beside.stream().allMatch(attempt -> attempt.ends.get() == 1));
            }
        }
    }

    @Test
    void purges_in_flight_are_undelivered_when_the_channel_closes() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(stuckOnPurges(never))) {
            List<Recorded> attempts;
            try (NodeChannel channel = channel(server, settings(2, Duration.ofSeconds(30)))) {
                attempts = send(channel, 50);
                await().until(() -> !server.purges().isEmpty());
            }
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.ends.get() == 1));
            assertThat(attempts)
                    .allSatisfy(attempt -> assertThat(attempt.undelivered).isNotNull());
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

    private static NodeProperties settings(int connections, Duration slowTimeout) {
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
                slowTimeout);
    }

    private static NodeChannel channel(ScriptedServer server, NodeProperties settings) {
        return channel(server, settings, new Peers());
    }

    private static NodeChannel channel(ScriptedServer server, NodeProperties settings, Peers peers) {
        NodeReachability reachability = new NodeReachability();
        reachability.setOnlyWorker(true); // no other node shows that the network works
        return new NodeChannel(server.node(), settings, reachability, peers, new SimpleMeterRegistry(), Clock.systemUTC());
    }
}
