package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.Selector;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.http.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A single purge, and the look that is sent right behind it. */
class PurgeWithLookTest {

    private static final String PURGED = answer("200 Purged", "");
    private static final String ABSENT = answer("404 Not in cache", "");
    private static final String REFUSED = answer("405 Not Allowed", "");
    private static final String OLD = answer("200 In cache", "Freshet-Fetch-Age: 100.000\r\nFreshet-Ttl: 60.000\r\n");

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch testEnds = new CountDownLatch(1);

    private static String answer(String status, String headers) {
        return "HTTP/1.1 " + status + "\r\nFreshet-Node: n1\r\n" + headers + "Content-Length: 0\r\n\r\n";
    }

    /** Returns a script that answers requests in turn, the last answer for ever. */
    private ScriptedServer.Script saying(String... answers) {
        return (_, out, _) -> out.write(answers[Math.min(requests.getAndIncrement(), answers.length - 1)].getBytes());
    }

    @AfterEach
    void release_the_server() {
        testEnds.countDown();
    }

    @Test
    void look_confirms_a_purge() throws IOException {
        try (ScriptedServer server = new ScriptedServer(saying(PURGED, ABSENT))) {
            RecordedTarget target = RecordedTarget.verified(server.node());
            RecordedAttempt attempt = add(queue(server, target, Duration.ofSeconds(20)));
            await().until(() -> target.answered.size() == 1);
            assertThat(attempt.outcome()).isEqualTo(PurgeOutcome.Gone.PURGED);
            assertThat(attempt.isConfirmed()).isTrue();
            assertThat(requests).hasValue(2);
        }
    }

    @Test
    void purge_that_a_look_contradicts_is_sent_again() throws IOException {
        try (ScriptedServer server = new ScriptedServer(saying(PURGED, OLD))) {
            RecordedTarget target = RecordedTarget.verified(server.node());
            RecordedAttempt attempt = add(queue(server, target, Duration.ofSeconds(20)));
            await().until(() -> target.failed.size() == 1);
            assertThat(target.causes.getFirst()).contains("still serves it");
            assertThat(attempt.isConfirmed()).isFalse();
        }
    }

    @Test
    void look_behind_a_refused_purge_is_ignored_and_answers_no_other_purge() throws IOException {
        try (ScriptedServer server = new ScriptedServer(saying(REFUSED, OLD, PURGED, ABSENT))) {
            RecordedTarget target = RecordedTarget.verified(server.node());
            PurgeQueue queue = queue(server, target, Duration.ofSeconds(20));
            RecordedAttempt refused = add(queue);
            await().until(() -> target.answered.size() == 1);
            RecordedAttempt other = add(queue);
            await().until(() -> target.answered.size() == 2);
            assertThat(refused.outcome()).isInstanceOf(PurgeOutcome.Refused.class);
            assertThat(other.outcome()).isEqualTo(PurgeOutcome.Gone.PURGED);
            assertThat(other.isConfirmed()).isTrue();
        }
    }

    @Test
    void purge_of_an_expression_is_not_looked_at() throws IOException {
        try (ScriptedServer server = new ScriptedServer(saying(PURGED, OLD))) {
            RecordedTarget target = RecordedTarget.verified(server.node());
            RecordedAttempt attempt = add(
                    queue(server, target, Duration.ofSeconds(20)),
                    Purge.of(Selector.REGEX, "http://a.test/[0-9]", false));
            await().until(() -> target.answered.size() == 1);
            assertThat(attempt.isConfirmed()).isFalse();
            assertThat(requests).hasValue(1);
        }
    }

    @Test
    void purge_of_a_host_is_looked_at_by_its_first_page() throws IOException {
        try (ScriptedServer server = new ScriptedServer(saying(PURGED, ABSENT))) {
            RecordedTarget target = RecordedTarget.verified(server.node());
            RecordedAttempt attempt =
                    add(queue(server, target, Duration.ofSeconds(20)), Purge.of(Selector.HOST, "a.test", false));
            await().until(() -> target.answered.size() == 1);
            assertThat(attempt.isConfirmed()).isTrue();
            assertThat(server.looks()).containsExactly("LOOK PURGE / HTTP/1.1");
        }
    }

    @Test
    void selector_that_the_nodes_vcl_takes_for_another_is_refused_and_not_sent() throws IOException {
        try (ScriptedServer server = new ScriptedServer(saying(PURGED))) {
            RecordedTarget target = RecordedTarget.unverified(server.node());
            RecordedAttempt attempt =
                    add(queue(server, target, Duration.ofSeconds(20)), Purge.of(Selector.HOST, "a.test", false));
            await().until(() -> target.answered.size() == 1);
            assertThat(attempt.outcome())
                    .isEqualTo(new PurgeOutcome.Refused("cannot be purged: the node has an older freshet.vcl:"
                            + " install the one of this release"));
            assertThat(requests).hasValue(0);
        }
    }

    @Test
    void connection_that_ends_before_the_purge_is_answered_is_one_failure() throws IOException {
        ScriptedServer.Script closing = (_, _, connection) -> {
            requests.incrementAndGet();
            connection.close();
        };
        try (ScriptedServer server = new ScriptedServer(closing)) {
            RecordedTarget target = RecordedTarget.verified(server.node());
            RecordedAttempt attempt = add(queue(server, target, Duration.ofSeconds(20)));
            await().until(() -> !target.failed.isEmpty());
            assertThat(target.failed).containsExactly(attempt);
            assertThat(target.answered).isEmpty();
        }
    }

    @Test
    void purge_that_stalls_is_looked_at_on_another_connection() throws IOException {
        ScriptedServer.Script slow = (_, out, _) -> {
            if (requests.getAndIncrement() == 0) {
                testEnds.await();
                out.write(PURGED.getBytes());
            } else {
                out.write(ABSENT.getBytes());
            }
        };
        try (ScriptedServer server = new ScriptedServer(slow)) {
            RecordedTarget target = RecordedTarget.verified(server.node());
            RecordedAttempt attempt = add(queue(server, target, Duration.ofMillis(200)));
            await().until(attempt::isStalled);
            testEnds.countDown();
            await().until(() -> target.answered.size() == 1);
            assertThat(attempt.outcome()).isEqualTo(PurgeOutcome.Gone.PURGED);
            assertThat(attempt.isConfirmed()).isTrue();
        }
    }

    private static PurgeQueue queue(ScriptedServer server, RecordedTarget target, Duration stallTimeout) {
        Duration timeout = Duration.ofSeconds(30);
        NodeProperties properties =
                new NodeProperties(1, 8, stallTimeout, 2, timeout, timeout, timeout, timeout, 2, timeout, 600);
        NodeConnector connector = new NodeConnector(server.node(), target.driver, properties);
        PurgeQueue[] queue = new PurgeQueue[1];
        queue[0] = new PurgeQueue(properties, () -> new PurgeSender(target, queue[0], connector.forPurges()));
        return queue[0];
    }

    private static RecordedAttempt add(PurgeQueue queue) {
        return add(queue, Purge.of(Selector.URL, "http://a.test/0", false));
    }

    private static RecordedAttempt add(PurgeQueue queue, Purge purge) {
        RecordedAttempt attempt = new RecordedAttempt("acme", purge).verify();
        queue.add(attempt);
        return attempt;
    }
}
