package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.Selector;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.Purge;
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
        private volatile @Nullable NodeHealth standing;

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
        public void late(NodeHealth reason) {
            standing = reason;
            ends.incrementAndGet();
        }
    }

    @Test
    void every_attempt_gets_its_answer() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
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
    void a_connection_that_dies_with_requests_on_it_loses_none() throws IOException {
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
    void what_a_busy_node_cannot_do_at_once_is_sent_again_and_nobody_is_late_for_it() throws IOException {
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
            assertThat(channel.standing().isUsable()).isTrue();
        }
    }

    @Test
    void a_node_that_is_gone_makes_what_waits_late_and_is_usable_again_when_it_answers() throws IOException {
        ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
        int port = server.port();
        try (NodeChannel channel = channel(server, settings(2, Duration.ofSeconds(30)))) {
            server.close();
            List<Recorded> attempts = send(channel, 20);
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.ends.get() == 1));
            assertThat(attempts)
                    .allSatisfy(attempt -> assertThat(attempt.standing)
                            .isInstanceOfSatisfying(
                                    NodeHealth.Unreachable.class,
                                    late -> assertThat(late.cause()).contains("refused")));
            try (ScriptedServer again = new ScriptedServer(ScriptedServer.saying(OK), port)) {
                await().until(() -> channel.standing().isUsable());
                Recorded attempt = send(channel, 1).getFirst();
                await().until(() -> attempt.outcome == PurgeOutcome.Gone.PURGED);
                assertThat(again.purges()).hasSize(1);
            }
        }
    }

    @Test
    void a_node_that_refuses_the_probe_is_refusing_and_says_so_until_it_is_mended() throws IOException {
        ScriptedServer.Script refuses = ScriptedServer.saying("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        try (ScriptedServer server = new ScriptedServer(refuses);
                NodeChannel channel = channel(server, settings(2, Duration.ofSeconds(30)))) {
            await().until(() -> channel.standing() instanceof NodeHealth.Refusing);
            assertThat(channel.standing().why()).isEqualTo("answered 401 Unauthorized");
            Recorded attempt = send(channel, 1).getFirst();
            assertThat(attempt.standing).isInstanceOf(NodeHealth.Refusing.class);
            assertThat(server.purges()).isEmpty();
            server.become(ScriptedServer.saying(OK));
            await().until(() -> channel.standing().isUsable());
        }
    }

    @Test
    void slow_answers_hold_up_nothing_else_and_do_not_make_the_node_late() throws IOException {
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
            assertThat(channel.standing().isUsable()).isTrue();
            fetchEnds.countDown();
            await().untilAsserted(allPurged(waiting));
            Recorded next = send(channel, 1).getFirst();
            await().untilAsserted(allPurged(List.of(next)));
        }
    }

    @Test
    void a_request_on_which_the_node_hangs_up_takes_no_other_with_it() throws IOException {
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
            await().until(() -> poison.standing instanceof NodeHealth.Slow);
            assertThat(poison.ends).hasValue(1);
            assertThat(channel.standing().isUsable()).isTrue();
        }
    }

    @Test
    void an_attempt_that_fails_to_take_its_answer_keeps_no_other_from_theirs() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
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
                public void late(NodeHealth standing) {
                    throw new IllegalStateException("cannot take it");
                }
            });
            List<Recorded> after = send(channel, 20);
            await().untilAsserted(allPurged(before));
            await().untilAsserted(allPurged(after));
        }
    }

    @Test
    void what_is_longer_than_a_batch_may_be_is_sent_in_several() throws IOException {
        String path = "/" + "x".repeat(10_000) + "/";
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
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
    void what_waits_too_long_for_a_connection_is_late_although_the_node_answers_probes() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(stuckOnPurges(never));
                NodeChannel channel = channel(server, settings(2, Duration.ofMillis(300)))) {
            List<Recorded> attempts = send(channel, 40);
            // Two connections, and two more in place of those that stall: each holds one.
            await().until(() -> attempts.stream()
                            .filter(attempt -> attempt.standing instanceof NodeHealth.Slow)
                            .count()
                    == 36);
            assertThat(channel.standing().isUsable()).isTrue();
            never.countDown();
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.ends.get() == 1));
        }
    }

    @Test
    void a_node_is_late_for_being_slow_only_if_others_of_its_tier_have_nothing_to_do() throws IOException {
        ScriptedServer.Script slow = (line, out, _) -> {
            if (!line.equals("PROBE")) {
                Thread.sleep(20); // what this server takes for each; nothing waits for it to pass
            }
            out.write(OK.getBytes());
        };
        Peers peers = new Peers();
        NodeProperties settings = settings(1, Duration.ofMillis(300));
        try (ScriptedServer server = new ScriptedServer(slow);
                ScriptedServer other = new ScriptedServer(ScriptedServer.saying(OK));
                NodeChannel channel = channel(server, settings, peers)) {
            List<Recorded> alone = send(channel, 60);
            await().untilAsserted(allPurged(alone));
            try (NodeChannel fast = channel(other, settings, peers)) {
                assertThat(fast.standing().isUsable()).isTrue();
                List<Recorded> beside = send(channel, 60);
                await().until(() -> beside.stream().anyMatch(attempt -> attempt.standing instanceof NodeHealth.Slow));
                await().until(() -> beside.stream().allMatch(attempt -> attempt.ends.get() == 1));
            }
        }
    }

    @Test
    void everything_in_flight_is_late_when_the_worker_stops() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(stuckOnPurges(never))) {
            List<Recorded> attempts;
            try (NodeChannel channel = channel(server, settings(2, Duration.ofSeconds(30)))) {
                attempts = send(channel, 50);
                await().until(() -> !server.purges().isEmpty());
            }
            await().until(() -> attempts.stream().allMatch(attempt -> attempt.ends.get() == 1));
            assertThat(attempts)
                    .allSatisfy(attempt -> assertThat(attempt.standing).isNotNull());
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

    private static NodeProperties settings(int connections, Duration slowAfter) {
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
                slowAfter);
    }

    private static NodeChannel channel(ScriptedServer server, NodeProperties settings) {
        return channel(server, settings, new Peers());
    }

    private static NodeChannel channel(ScriptedServer server, NodeProperties settings, Peers peers) {
        NodeReachability reach = new NodeReachability();
        reach.isAlone(true); // with one node, nobody else says that the network is fine
        return new NodeChannel(server.node(), settings, reach, peers, new SimpleMeterRegistry(), Clock.systemUTC());
    }
}
