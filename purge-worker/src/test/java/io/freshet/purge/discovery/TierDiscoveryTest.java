package io.freshet.purge.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.freshet.contracts.message.NodeDefinition;
import io.freshet.contracts.message.NodeDefinition.Source;
import io.freshet.fleet.node.Discovery;
import io.freshet.fleet.node.Discovery.RecordType;
import io.freshet.fleet.node.Driver;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Decisions about the nodes of a tier that DNS names. */
class TierDiscoveryTest {

    private static final URI A = URI.create("http://10.0.0.1:80");
    private static final URI B = URI.create("http://10.0.0.2:80");
    private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");
    private static final Discovery DISCOVERY = new Discovery(
            "l1.example",
            RecordType.ADDRESS,
            80,
            new Driver.Varnish("varnish", "s3cret"),
            "eu",
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            "");

    private long nanos;
    private final Map<String, NodeDefinition> definitions = new HashMap<>();
    private final TierDiscovery tier = new TierDiscovery("l1", DISCOVERY, () -> NOW, () -> nanos);

    private static NodeDefinition node(String id, URI address) {
        return new NodeDefinition(id, "l1", address, "varnish", "eu", Source.DNS, false, "l1.example", NOW);
    }

    /** Returns the changes, and applies them. */
    private List<NodeDefinition> changes(NamedAddresses named, Map<URI, String> ids) {
        return changes(named, ids, Set.of());
    }

    private List<NodeDefinition> changes(NamedAddresses named, Map<URI, String> ids, Set<String> configured) {
        List<NodeDefinition> changes = tier.changes(named, ids, Map.copyOf(definitions), configured);
        changes.forEach(change -> definitions.put(change.node(), change));
        return changes;
    }

    private static NamedAddresses named(URI... addresses) {
        return new NamedAddresses(List.of(addresses), null);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void server_that_says_its_id_is_defined_once() {
        assertThat(changes(named(A), Map.of(A, "l1-a"))).containsExactly(node("l1-a", A));
        assertThat(changes(named(A), Map.of(A, "l1-a"))).isEmpty();
    }

    @Test
    void server_without_a_valid_id_is_left_out() {
        assertThat(changes(named(A), Map.of())).isEmpty();
        assertThat(changes(named(A), Map.of(A, "Not An Id"))).isEmpty();
    }

    @Test
    void node_with_a_new_address_is_changed_and_one_with_two_addresses_is_not() {
        changes(named(A), Map.of(A, "l1-a"));
        assertThat(changes(named(A, B), Map.of(A, "l1-a", B, "l1-a"))).isEmpty();
        assertThat(changes(named(B), Map.of(B, "l1-a")))
                .singleElement()
                .satisfies(change -> assertThat(change.address()).isEqualTo(B));
    }

    @Test
    void node_retires_when_it_has_not_been_named_for_longer_than_the_setting() {
        changes(named(A, B), Map.of(A, "l1-a", B, "l1-b"));
        changes(named(A, B), Map.of(A, "l1-a", B, "l1-b"));
        pass(Duration.ofMinutes(5));
        assertThat(changes(named(A), Map.of(A, "l1-a"))).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(changes(named(A), Map.of(A, "l1-a")))
                .containsExactly(node("l1-b", B).retire("l1.example", NOW.plus(1, ChronoUnit.MILLIS)));
        assertThat(changes(named(A, B), Map.of(A, "l1-a", B, "l1-b")))
                .singleElement()
                .satisfies(back -> assertThat(back.retired()).isFalse());
    }

    @Test
    void node_that_is_named_but_does_not_answer_stays() {
        changes(named(A), Map.of(A, "l1-a"));
        pass(Duration.ofMinutes(10));
        assertThat(changes(named(A), Map.of())).isEmpty();
        pass(Duration.ofMinutes(4));
        assertThat(changes(named(), Map.of())).isEmpty();
    }

    @Test
    void node_whose_address_answers_with_another_id_is_no_longer_there() {
        changes(named(A), Map.of(A, "l1-a"));
        pass(Duration.ofMinutes(6));
        assertThat(changes(named(A), Map.of(A, "l1-b")))
                .extracting(NodeDefinition::node, NodeDefinition::retired)
                .containsExactly(tuple("l1-b", false), tuple("l1-a", true));
    }

    @Test
    void incomplete_answer_retires_nothing() {
        changes(named(A), Map.of(A, "l1-a"));
        nanos += TimeUnit.HOURS.toNanos(1);
        assertThat(changes(new NamedAddresses(List.of(), "SERVFAIL"), Map.of())).isEmpty();
    }

    @Test
    void worker_that_has_just_begun_waits_before_it_retires_a_node() {
        definitions.put("l1-a", node("l1-a", A));
        assertThat(changes(named(), Map.of())).isEmpty();
        pass(Duration.ofMinutes(6));
        assertThat(changes(named(), Map.of())).hasSize(1);
    }

    @Test
    void node_of_the_file_or_of_an_operator_is_left_alone() {
        NodeDefinition byOperator = new NodeDefinition("l1-b", "l2", B, "varnish", null, Source.API, false, "ops", NOW);
        definitions.put("l1-b", byOperator);
        pass(Duration.ofMinutes(6));
        assertThat(changes(named(A, B), Map.of(A, "l1-a", B, "l1-b"), Set.of("l1-a")))
                .isEmpty();
        assertThat(definitions).containsExactly(Map.entry("l1-b", byOperator));
    }
}
