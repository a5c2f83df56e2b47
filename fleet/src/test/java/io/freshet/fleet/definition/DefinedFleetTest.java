package io.freshet.fleet.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.message.NodeDefinition;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.PushRouting;
import io.freshet.fleet.node.Tier;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes that are defined beside those of the configuration. */
class DefinedFleetTest {

    private static final Driver VARNISH = new Driver.Varnish("varnish", "s3cret");
    private static final Fleet CONFIGURED = new Fleet(List.of(
            new Tier("l2", PushRouting.ALL, List.of()),
            new Tier("l1", PushRouting.ALL, List.of(new Node("l1-a", URI.create("http://10.0.0.1:80"), VARNISH)))));

    private static NodeDefinition definition(String id, String tier, String address, int second) {
        return new NodeDefinition(
                id,
                tier,
                URI.create(address),
                "varnish",
                null,
                NodeDefinition.Source.API,
                false,
                "ops",
                Instant.ofEpochSecond(second));
    }

    private static DefinedFleet with(NodeDefinition... definitions) {
        return DefinedFleet.of(CONFIGURED, List.of(definitions));
    }

    private static List<String> ids(DefinedFleet defined) {
        return defined.fleet().nodes().stream().map(Node::id).toList();
    }

    @Test
    void valid_definitions_join_their_tiers() {
        DefinedFleet defined = with(
                definition("l1-c", "l1", "http://10.0.0.3:80", 1),
                definition("l1-b", "l1", "http://10.0.0.2", 2),
                definition("l2-a", "l2", "https://10.0.1.1", 3));
        assertThat(defined.faults()).isEmpty();
        assertThat(ids(defined)).containsExactly("l2-a", "l1-a", "l1-b", "l1-c");
        assertThat(defined.fleet().nodes())
                .extracting(Node::address)
                .contains(URI.create("http://10.0.0.2:80"), URI.create("https://10.0.1.1:443"));
    }

    @Test
    void retired_node_is_not_part_of_the_fleet() {
        NodeDefinition node = definition("l1-b", "l1", "http://10.0.0.2:80", 1);
        assertThat(ids(with(node.retire("ops", Instant.EPOCH)))).containsExactly("l1-a");
    }

    @Test
    void node_of_the_configuration_and_older_definition_have_precedence() {
        DefinedFleet defined = with(
                definition("l1-a", "l1", "http://10.0.0.9:80", 1),
                definition("l1-c", "l1", "http://10.0.0.2:80", 3),
                definition("l1-b", "l1", "http://10.0.0.2:80", 2),
                definition("l1-d", "l1", "http://10.0.0.1", 4));
        assertThat(ids(defined)).containsExactly("l1-a", "l1-b");
        assertThat(defined.faults().get("l1-a")).containsExactly("id: \"l1-a\" is another node's id, too");
        assertThat(defined.faults().get("l1-c"))
                .containsExactly("address: http://10.0.0.2:80 is the address of l1-b, too");
        assertThat(defined.faults().get("l1-d"))
                .containsExactly("address: http://10.0.0.1:80 is the address of l1-a, too");
    }

    @Test
    void definition_says_everything_that_is_wrong_with_it() {
        NodeDefinition bad = new NodeDefinition(
                "L1",
                "l3",
                URI.create("ftp://10.0.0.2"),
                "squid",
                "EU",
                NodeDefinition.Source.API,
                false,
                "ops",
                Instant.EPOCH);
        DefinedFleet defined = with(bad);
        assertThat(ids(defined)).containsExactly("l1-a");
        assertThat(defined.faults().get("L1"))
                .containsExactlyInAnyOrder(
                        "id: \"L1\" is not an id [a-z0-9][a-z0-9._-]{0,62}",
                        "driver: \"squid\" is not under freshet.fleet.drivers, which has [varnish]",
                        "address: \"ftp://10.0.0.2\" is not http://host:port or https://host:port",
                        "region: \"EU\" is not a name [a-z0-9][a-z0-9._-]{0,62}",
                        "tier: \"l3\" is not a tier of the configuration, which has [l2, l1]");
    }
}
