package io.freshet.purge.topology;

import io.freshet.contracts.Selector;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.Tier;
import io.freshet.purge.node.NodeChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Channels to all nodes of one fleet, in tiers, parents first. Immutable. */
public final class TierTopology {

    /** Nodes that a text names at most. */
    private static final int MAX_NAMED = 3;

    private final List<List<NodeChannel>> tiers;

    /** Tiers without those that have no node now. */
    private final List<List<NodeChannel>> populated;

    private final List<String> names;
    private final List<NodeChannel> all;
    private final List<String> ids;
    private final Set<Selector> needRebound;

    /** @param channels returns the channel of a node in a tier */
    public TierTopology(Fleet fleet, BiFunction<Tier, Node, NodeChannel> channels) {
        tiers = fleet.tiers().stream()
                .map(tier -> tier.nodes().stream()
                        .map(node -> channels.apply(tier, node))
                        .toList())
                .toList();
        populated = tiers.stream().filter(tier -> !tier.isEmpty()).toList();
        names = fleet.tiers().stream().map(Tier::name).toList();
        all = tiers.stream().flatMap(List::stream).toList();
        ids = all.stream().map(channel -> channel.node().id()).toList();
        needRebound = Arrays.stream(Selector.values())
                .filter(selector -> needsRebound(selector, tiers.size() - 1))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the nodes of each tier, parents first. */
    public List<List<NodeChannel>> inOrder() {
        return tiers;
    }

    /**
     * Returns the nodes of each tier that a refresh is sent to. Tiers without such a node are left out.
     *
     * @param first nodes that receive it in any case
     * @param below nodes that receive it if a parent does, because they may have fetched old copies from that
     */
    public List<List<NodeChannel>> route(Collection<NodeChannel> first, Collection<NodeChannel> below) {
        if (first.size() == all.size()) {
            return populated;
        }
        List<List<NodeChannel>> route = new ArrayList<>();
        boolean parents = false;
        for (List<NodeChannel> tier : tiers) {
            boolean afterParents = parents;
            List<NodeChannel> nodes = tier.stream()
                    .filter(node -> first.contains(node) || afterParents && below.contains(node))
                    .toList();
            if (!nodes.isEmpty()) {
                route.add(nodes);
                parents = true;
            }
        }
        return route;
    }

    /** Returns the number of this tier, 0 for the topmost; -1 if there is none of this name. */
    private int number(String name) {
        return names.indexOf(name);
    }

    /** Returns the number of the tier to warm; -1 if there is no push, or no tier of that name any more. */
    public int lastTier(@Nullable ThenPush push) {
        return push == null ? -1 : number(push.tier());
    }

    /** Returns the name of the tier with this number. */
    public String name(int tier) {
        return names.get(tier);
    }

    /** Returns the node with this id; empty if the fleet has none. */
    public Optional<NodeChannel> node(String id) {
        return all.stream().filter(node -> node.node().id().equals(id)).findAny();
    }

    /** Returns the number of the node's tier. */
    public int numberOf(NodeChannel node) {
        for (int tier = 0; tier < tiers.size(); tier++) {
            if (tiers.get(tier).contains(node)) {
                return tier;
            }
        }
        throw new IllegalArgumentException(node.node() + " is not part of the fleet");
    }

    /** Returns all nodes, parents first. */
    public List<NodeChannel> all() {
        return all;
    }

    /** Returns the ids of all nodes, parents first. */
    public List<String> ids() {
        return ids;
    }

    /** Returns whether some node needs a second purge for a refresh by this selector. */
    public boolean needsRebound(Selector selector) {
        return needRebound.contains(selector);
    }

    /** Returns whether some node down to this tier needs a second purge for a refresh by this selector. */
    public boolean needsRebound(Selector selector, int lastTier) {
        return tiers.subList(0, lastTier + 1).stream()
                .flatMap(List::stream)
                .anyMatch(node -> node.driver().needsRebound(selector));
    }

    /**
     * Returns the nodes whose second purge by this selector can keep new copies. Every node above them can, too: else
     * they might have fetched an old copy from it.
     */
    public Set<NodeChannel> keepers(Selector selector) {
        Set<NodeChannel> keepers = new HashSet<>();
        for (List<NodeChannel> tier : tiers) {
            List<NodeChannel> able = tier.stream()
                    .filter(node -> node.driver().keepsNewCopies(selector))
                    .toList();
            keepers.addAll(able);
            if (able.size() < tier.size()) {
                break;
            }
        }
        return keepers;
    }

    /** Returns how the nodes purge other than the refresh says; null if none does. */
    public @Nullable String remark(RefreshCommand command) {
        String remark = Stream.of(widerRemark(command), softRemark(command))
                .filter(Objects::nonNull)
                .collect(Collectors.joining("; "));
        return remark.isEmpty() ? null : remark;
    }

    /** Returns by which wider selectors nodes purge; null if all purge by that of the refresh. */
    private @Nullable String widerRemark(RefreshCommand command) {
        Map<Selector, List<NodeChannel>> wider = all.stream()
                .filter(node -> node.driver().purgedBy(command.selector()) != command.selector())
                .collect(Collectors.groupingBy(
                        node -> node.driver().purgedBy(command.selector()), TreeMap::new, Collectors.toList()));
        return wider.isEmpty()
                ? null
                : wider.entrySet().stream()
                        .map(entry -> "purged by " + entry.getKey() + on(entry.getValue()))
                        .collect(Collectors.joining("; "));
    }

    /** Returns what a soft purge does instead of marking copies as stale; null if that is what all nodes do. */
    private @Nullable String softRemark(RefreshCommand command) {
        if (!command.soft()) {
            return null;
        }
        List<NodeChannel> deleting =
                all.stream().filter(node -> !node.marksStale(command)).toList();
        return deleting.isEmpty() ? null : "deleted, not marked stale" + on(deleting);
    }

    /** Returns nothing if these are all nodes. */
    private String on(List<NodeChannel> nodes) {
        if (nodes.size() == all.size()) {
            return "";
        }
        return ", on "
                + (nodes.size() > MAX_NAMED
                        ? nodes.size() + " nodes"
                        : nodes.stream().map(node -> node.node().id()).collect(Collectors.joining(", ")));
    }
}
