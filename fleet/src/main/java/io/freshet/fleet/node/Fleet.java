package io.freshet.fleet.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cache servers that Freshet steers.
 *
 * @param tiers parents first: every node of a tier is a parent of every node of the next
 * @param drivers by their names, also those of no node
 */
public record Fleet(List<Tier> tiers, Map<String, Driver> drivers) {

    public Fleet {
        tiers = List.copyOf(tiers);
        drivers = Map.copyOf(drivers);
    }

    /** A fleet whose drivers are those of its nodes. */
    public Fleet(List<Tier> tiers) {
        this(
                tiers,
                tiers.stream()
                        .flatMap(tier -> tier.nodes().stream())
                        .map(Node::driver)
                        .collect(Collectors.toMap(Driver::name, driver -> driver, (driver, _) -> driver)));
    }

    /** All nodes, parents first. */
    public List<Node> nodes() {
        return tiers.stream().flatMap(tier -> tier.nodes().stream()).toList();
    }

    /** Names of the regions that nodes have, in the order of the fleet. */
    public List<String> regions() {
        return nodes().stream()
                .map(Node::region)
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
    }

    public Optional<Tier> tier(String name) {
        return tiers.stream().filter(tier -> tier.name().equals(name)).findFirst();
    }
}
