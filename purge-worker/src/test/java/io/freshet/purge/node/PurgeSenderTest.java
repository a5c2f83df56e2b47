package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.http.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.backoff.BackOffExecution;

/** Tests one sender against a scripted server; the target only records. */
class PurgeSenderTest {

    private static final String OK = "HTTP/1.1 200 Purged\r\nFreshet-Node: n1\r\nContent-Length: 0\r\n\r\n";
    private static final String BUSY = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";

    private final CountDownLatch testEnds = new CountDownLatch(1);

    @AfterEach
    void release_the_server() {
        testEnds.countDown();
    }

    @Test
    void answered_purges_are_reported_in_order() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK))) {
            RecordedTarget target = target(server);
            List<PurgeAttempt> added = add(queue(server, target), 100);
            await().until(() -> target.answered.size() == 100);
            assertThat(target.answered).isEqualTo(added);
            assertThat(target.failed).isEmpty();
            assertThat(target.answered).noneMatch(PurgeAttempt::isResent);
            await().until(() -> target.responded);
        }
    }

    @Test
    void busy_answer_is_a_failure_of_that_purge_only() throws IOException {
        ScriptedServer.Script busy = (line, out, _) -> out.write((line.contains("/3 ") ? BUSY : OK).getBytes());
        try (ScriptedServer server = new ScriptedServer(busy)) {
            RecordedTarget target = target(server);
            List<PurgeAttempt> added = add(queue(server, target), 10);
            await().until(() -> target.answered.size() == 9);
            assertThat(target.failed).containsExactly(added.get(3));
            assertThat(target.causes).containsExactly("it answered 503 Busy");
        }
    }

    @Test
    void failed_connection_counts_for_the_oldest_purge_and_resends_the_others() throws IOException {
        ScriptedServer.Script closing = (line, out, connection) -> {
            if (line.contains("/0 ")) {
                connection.close();
            } else {
                out.write(OK.getBytes());
            }
        };
        try (ScriptedServer server = new ScriptedServer(closing)) {
            RecordedTarget target = target(server);
            List<PurgeAttempt> added = add(queue(server, target), 10);
            await().until(() -> target.answered.size() == 9);
            assertThat(target.failed).containsExactly(added.getFirst());
        }
    }

    @Test
    void purge_without_an_answer_is_known_to_be_resent() throws IOException {
        AtomicInteger received = new AtomicInteger();
        ScriptedServer.Script closingOnce = (_, out, connection) -> {
            if (received.getAndIncrement() == 0) {
                connection.close();
            } else {
                out.write(OK.getBytes());
            }
        };
        try (ScriptedServer server = new ScriptedServer(closingOnce)) {
            RecordedTarget target = target(server);
            PurgeQueue queue = queue(server, target);
            add(queue, 1);
            await().until(() -> target.failed.size() == 1);
            PurgeAttempt attempt = target.failed.getFirst();
            assertThat(attempt.isResent()).isFalse();
            queue.add(attempt);
            await().until(() -> target.answered.size() == 1);
            assertThat(attempt.isResent()).isTrue();
        }
    }

    @Test
    void variants_are_purged_in_order_and_one_that_was_cached_counts() throws IOException {
        String absent = OK.replace("200 Purged", "404 Not Found");
        AtomicInteger received = new AtomicInteger();
        ScriptedServer.Script firstIsCached =
                (_, out, _) -> out.write((received.getAndIncrement() == 0 ? OK : absent).getBytes());
        try (ScriptedServer server = new ScriptedServer(firstIsCached)) {
            RecordedTarget target = squid(server);
            RecordedAttempt attempt =
                    (RecordedAttempt) add(queue(server, target), 1).getFirst();
            await().until(() -> target.answered.size() == 1);
            assertThat(server.purges()).hasSize(2);
            assertThat(attempt.outcome()).isEqualTo(PurgeOutcome.Gone.PURGED);
            assertThat(attempt.isSent()).isTrue();
            assertThat(attempt.isResent()).isFalse();
        }
    }

    @Test
    void variant_whose_purge_fails_is_sent_again_without_the_one_before() throws IOException {
        AtomicInteger received = new AtomicInteger();
        ScriptedServer.Script secondIsBusy =
                (_, out, _) -> out.write((received.getAndIncrement() == 1 ? BUSY : OK).getBytes());
        try (ScriptedServer server = new ScriptedServer(secondIsBusy)) {
            RecordedTarget target = squid(server);
            PurgeQueue queue = queue(server, target);
            add(queue, 1);
            await().until(() -> target.failed.size() == 1);
            PurgeAttempt attempt = target.failed.getFirst();
            assertThat(attempt.isResent()).isFalse();
            queue.add(attempt);
            await().until(() -> target.answered.size() == 1);
            assertThat(server.purges()).hasSize(3);
            assertThat(attempt.isResent()).isTrue();
        }
    }

    @Test
    void variant_that_is_refused_decides_the_outcome() throws IOException {
        AtomicInteger received = new AtomicInteger();
        String refused = OK.replace("200 Purged", "403 Forbidden");
        ScriptedServer.Script refusing =
                (_, out, _) -> out.write((received.getAndIncrement() == 0 ? OK : refused).getBytes());
        try (ScriptedServer server = new ScriptedServer(refusing)) {
            RecordedTarget target = squid(server);
            RecordedAttempt attempt =
                    (RecordedAttempt) add(queue(server, target), 1).getFirst();
            await().until(() -> target.answered.size() == 1);
            assertThat(attempt.outcome()).isInstanceOf(PurgeOutcome.Refused.class);
        }
    }

    private static RecordedTarget squid(ScriptedServer server) {
        Driver driver =
                new Driver.Squid("squid", "s3cret", Map.of("Accept-Encoding", "gzip"), Driver.Squid.RESTART_TOKEN);
        return RecordedTarget.unverified(new Node("n1", server.node().address(), driver));
    }

    @Test
    void purges_behind_a_stalled_one_are_sent_by_another_sender() throws IOException {
        ScriptedServer.Script slow = (line, out, _) -> {
            if (line.contains("/2 ")) {
                testEnds.await();
            }
            out.write(OK.getBytes());
        };
        try (ScriptedServer server = new ScriptedServer(slow)) {
            RecordedTarget target = target(server);
            List<PurgeAttempt> added = add(queue(server, target), 10);
            await().until(() -> target.answered.size() == 9);
            assertThat(target.answered).doesNotContain(added.get(2));
            testEnds.countDown();
            await().until(() -> target.answered.size() == 10);
            assertThat(target.failed).isEmpty();
        }
    }

    @Test
    void purges_for_a_closed_target_are_undelivered() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK))) {
            RecordedTarget target = target(server);
            target.open = false;
            add(queue(server, target), 10);
            await().until(() -> target.undelivered.size() == 10);
            assertThat(server.purges()).isEmpty();
        }
    }

    @Test
    void purge_that_cannot_be_encoded_is_answered_and_delays_no_other() throws IOException {
        Driver invalid = new Driver.Http("nginx", "NOT A METHOD", Map.of(), null, "", null, null, null);
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK))) {
            RecordedTarget target =
                    RecordedTarget.unverified(new Node("n1", server.node().address(), invalid));
            List<PurgeAttempt> added = add(queue(server, target), 3);
            await().until(() -> target.answered.size() == 3);
            assertThat(((RecordedAttempt) added.getFirst()).outcome())
                    .isInstanceOfSatisfying(
                            PurgeOutcome.Refused.class,
                            refused -> assertThat(refused.answer()).startsWith("cannot be purged: "));
            assertThat(server.purges()).isEmpty();
        }
    }

    @Test
    void aborted_sender_reports_its_oldest_purge_and_requeues_the_others() throws IOException {
        ScriptedServer.Script stuck = (_, _, _) -> testEnds.await();
        try (ScriptedServer server = new ScriptedServer(stuck)) {
            RecordedTarget target = target(server);
            PurgeQueue queue = queue(server, target, Duration.ofSeconds(20));
            List<PurgeAttempt> added = add(queue, 5);
            await().until(() -> !server.purges().isEmpty());
            target.open = false;
            queue.abort();
            // The others are taken again by a new sender, which finds the target closed.
            await().until(() -> target.failed.size() + target.undelivered.size() == 5);
            assertThat(target.failed).containsExactly(added.getFirst());
        }
    }

    @Test
    void pauses_double_up_to_a_second() {
        BackOffExecution backOff = PurgeAttempt.startBackOff();
        assertThat(LongStream.generate(backOff::nextBackOff).limit(8))
                .containsExactly(20L, 40L, 80L, 160L, 320L, 640L, 1_000L, 1_000L);
    }

    private static RecordedTarget target(ScriptedServer server) {
        return RecordedTarget.unverified(server.node());
    }

    private static PurgeQueue queue(ScriptedServer server, RecordedTarget target) {
        return queue(server, target, Duration.ofMillis(200));
    }

    /** Returns a queue with one connection at a time. */
    private static PurgeQueue queue(ScriptedServer server, RecordedTarget target, Duration stallTimeout) {
        Duration timeout = Duration.ofSeconds(30);
        NodeProperties properties =
                new NodeProperties(1, 8, stallTimeout, 2, timeout, timeout, timeout, timeout, 2, timeout, 600);
        NodeConnector connector = new NodeConnector(server.node(), target.driver, properties);
        PurgeQueue[] queue = new PurgeQueue[1];
        queue[0] = new PurgeQueue(properties, () -> new PurgeSender(target, queue[0], connector.forPurges()));
        return queue[0];
    }

    private static List<PurgeAttempt> add(PurgeQueue queue, int count) {
        List<PurgeAttempt> attempts = IntStream.range(0, count)
                .<PurgeAttempt>mapToObj(i -> new RecordedAttempt("http://a.test/" + i))
                .toList();
        attempts.forEach(queue::add);
        return attempts;
    }
}
