package io.freshet.fleet.definition;

import io.freshet.contracts.message.NodeDefinition;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.NodeReader;
import io.freshet.fleet.node.Tier;
import io.freshet.fleet.validation.ConfigurationErrors;
import io.freshet.fleet.validation.InvalidFleetException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fleet of the configuration file and the definitions of further nodes. The file has precedence; of two definitions
 * with the same address the older has.
 *
 * @param fleet with all nodes whose definitions are valid
 * @param faults of the definitions that are not used: by id, one line each with the name of the field and the reason
 */
public record DefinedFleet(Fleet fleet, Map<String, List<String>> faults) {

    /** Returns the fleet with these definitions. */
    public static DefinedFleet of(Fleet configured, Collection<NodeDefinition> definitions) {
        Map<String, List<Node>> byTier = new HashMap<>();
        Map<String, List<String>> faults = new LinkedHashMap<>();
        List<Node> accepted = new ArrayList<>(configured.nodes());
        definitions.stream()
                .filter(definition -> !definition.retired())
                .sorted(Comparator.comparing(NodeDefinition::at).thenComparing(NodeDefinition::node))
                .forEach(definition -> {
                    try {
                        Node node = node(configured, accepted, definition);
                        accepted.add(node);
                        byTier.computeIfAbsent(definition.tier(), _ -> new ArrayList<>())
                                .add(node);
                    } catch (InvalidFleetException e) {
                        faults.put(definition.node(), e.errors());
                    }
                });
        List<Tier> tiers = configured.tiers().stream()
                .map(tier -> tier.with(sorted(byTier.getOrDefault(tier.name(), List.of()))))
                .toList();
        return new DefinedFleet(new Fleet(tiers, configured.drivers()), Map.copyOf(faults));
    }

    private static List<Node> sorted(List<Node> nodes) {
        return nodes.stream().sorted(Comparator.comparing(Node::id)).toList();
    }

    /** Returns the node of a definition, or throws an exception with everything that is wrong with it. */
    private static Node node(Fleet fleet, List<Node> others, NodeDefinition definition) {
        ConfigurationErrors errors = new ConfigurationErrors(_ -> "");
        NodeReader reader = new NodeReader(errors, fleet.drivers());
        others.forEach(reader::add);
        @Nullable String region = definition.region();
        Node node = reader.read(
                "",
                definition.node(),
                definition.address().toString(),
                definition.driver(),
                region == null ? "" : region);
        errors.check(
                fleet.tier(definition.tier()).isPresent(),
                "tier",
                '"' + definition.tier() + "\" is not a tier of the configuration, which has "
                        + fleet.tiers().stream().map(Tier::name).toList());
        errors.throwIfAny();
        if (node == null) {
            throw new IllegalStateException("an invalid node without an error");
        }
        return node;
    }
}
