package io.freshet.push.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeAvailabilityTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final ReconnectProbe reachability = new ReconnectProbe(Duration.ofSeconds(1));
    private final NodeAvailability states = new NodeAvailability(reachability);

    @AfterEach
    void close() {
        reachability.close();
    }

    @Test
    void nothing_is_warmed_before_what_is_known_has_been_read() {
        assertThat(states.unavailableBecause("l2-a")).isPresent();
        CompletableFuture<Boolean> waiting = waitFor("l2-a");
        states.changed(event("l2-b", 0, NodeState.LAGGING, "down"));
        assertThat(waiting).isNotDone();
        states.caughtUp();
        await().untilAsserted(() -> assertThat(waiting).isCompletedWithValue(true));
        assertThat(states.unavailableBecause("l2-b")).contains("down");
    }

    @Test
    void a_node_is_late_while_it_is_late_on_any_partition() {
        states.caughtUp();
        states.changed(event("l2-a", 0, NodeState.IN_SYNC, null));
        states.changed(event("l2-a", 1, NodeState.LAGGING, null));
        CompletableFuture<Boolean> waiting = waitFor("l2-a");
        states.changed(event("l2-a", 2, NodeState.LAGGING, "answered 401"));
        states.changed(event("l2-a", 1, NodeState.IN_SYNC, null));
        assertThat(states.unavailableBecause("l2-a")).contains("answered 401");
        assertThat(states.unavailableBecause("l2-b")).isEmpty();
        assertThat(waiting).isNotDone();
        states.removed("l2-a/2");
        await().untilAsserted(() -> assertThat(waiting).isCompletedWithValue(true));
    }

    @Test
    void state_of_a_former_owner_that_arrives_late_does_not_make_the_node_unavailable() {
        states.caughtUp();
        states.changed(event("l2-a", 0, NodeState.IN_SYNC, null, 8));
        states.changed(event("l2-a", 0, NodeState.LAGGING, "is down", 7));
        assertThat(states.unavailableBecause("l2-a")).isEmpty();
    }

    @Test
    void a_node_that_refuses_connections_is_waited_for_until_it_accepts_one() throws IOException {
        states.caughtUp();
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        Node node = new Node("l2-a", URI.create("http://127.0.0.1:" + port), new Driver.Varnish("v", "t"));
        states.unreachable(node, "connection refused");
        assertThat(states.unavailableBecause("l2-a")).contains("connection refused");
        CompletableFuture<Boolean> waiting = waitFor("l2-a");
        await().during(Duration.ofMillis(600)).until(() -> !waiting.isDone());
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress("127.0.0.1", port));
            await().untilAsserted(() -> assertThat(waiting).isCompletedWithValue(true));
            assertThat(states.unavailableBecause("l2-a")).isEmpty();
        }
    }

    @Test
    void patience_counts_from_when_the_objects_came_or_the_node_became_late() throws Exception {
        states.caughtUp();
        states.changed(event("l2-a", 0, NodeState.LAGGING, null));
        long longAgo = System.nanoTime() - Duration.ofHours(1).toNanos();
        assertThat(states.await("l2-a", longAgo, Duration.ofMillis(50))).isFalse();
        assertThat(states.await("l2-b", longAgo, Duration.ofMillis(50))).isTrue();
        CompletableFuture<Boolean> oldTask = CompletableFuture.supplyAsync(() -> patiently("l2-a", longAgo, LONG));
        await().during(Duration.ofMillis(200)).until(() -> !oldTask.isDone());
        states.changed(event("l2-a", 0, NodeState.IN_SYNC, null));
        await().untilAsserted(() -> assertThat(oldTask).isCompletedWithValue(true));
    }

    private CompletableFuture<Boolean> waitFor(String node) {
        return CompletableFuture.supplyAsync(() -> patiently(node, System.nanoTime(), LONG));
    }

    private boolean patiently(String node, long since, Duration timeout) {
        try {
            return states.await(node, since, timeout);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NodeChanged event(String node, int partition, NodeState state, @Nullable String why) {
        return event(node, partition, state, why, 1);
    }

    private static NodeChanged event(
            String node, int partition, NodeState state, @Nullable String why, int generation) {
        return new NodeChanged(
                node,
                partition,
                state,
                true,
                Instant.EPOCH,
                why,
                0,
                null,
                null,
                false,
                false,
                generation,
                Instant.EPOCH,
                Duration.ofSeconds(10));
    }
}
