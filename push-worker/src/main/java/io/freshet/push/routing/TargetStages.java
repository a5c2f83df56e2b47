package io.freshet.push.routing;

import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.PushTargets;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.PushRouting;
import io.freshet.fleet.node.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stages of pushes: one for each tier, one after the other, parents first. */
public final class TargetStages {

    private final Supplier<Fleet> current;
    private final Function<String, Optional<String>> unavailable;

    /**
     * Creates the stages of the current fleet.
     *
     * @param current returns the current fleet
     * @param unavailable returns the reason why the node with an id is unavailable; empty if it is available
     */
    public TargetStages(Supplier<Fleet> current, Function<String, Optional<String>> unavailable) {
        this.current = current;
        this.unavailable = unavailable;
    }

    /**
     * Returns the stages of a command, at least one.
     *
     * @throws IllegalArgumentException if the fleet has no such tier, region or node
     */
    public List<TargetStage> of(PushCommand command) {
        Fleet fleet = current.get();
        PushTargets targets = command.targets();
        if (targets == null) {
            return List.of(stage(fleet, command.tier(), null));
        }
        if (!targets.nodes().isEmpty()) {
            return named(fleet, targets.nodes());
        }
        List<String> tiers = targets.tiers().isEmpty() ? List.of(command.tier()) : targets.tiers();
        return tiers.stream().map(tier -> stage(fleet, tier, targets.region())).toList();
    }

    private TargetStage stage(Fleet fleet, String name, @Nullable String region) {
        Tier tier = fleet.tier(name)
                .orElseThrow(() -> new IllegalArgumentException("the fleet has no tier \"" + name + '"'));
        List<Node> nodes = region == null ? tier.nodes() : tier.nodesOf(region);
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException(
                    "tier \"" + name + "\" has no node" + (region == null ? " now" : " in region \"" + region + '"'));
        }
        return new TargetStage(nodes, tier.pushRouting(), isFirst(fleet, tier), unavailable);
    }

    private List<TargetStage> named(Fleet fleet, List<String> ids) {
        Set<String> wanted = Set.copyOf(ids);
        List<TargetStage> stages = new ArrayList<>();
        for (Tier tier : fleet.tiers()) {
            List<Node> nodes = tier.nodes().stream()
                    .filter(node -> wanted.contains(node.id()))
                    .toList();
            if (!nodes.isEmpty()) {
                stages.add(new TargetStage(nodes, PushRouting.ALL, isFirst(fleet, tier), unavailable));
            }
        }
        int found = stages.stream().mapToInt(TargetStage::size).sum();
        if (found < wanted.size()) {
            throw new IllegalArgumentException("the fleet does not have all of the nodes " + ids);
        }
        return stages;
    }

    private static boolean isFirst(Fleet fleet, Tier tier) {
        return fleet.tiers().stream()
                .filter(each -> !each.nodes().isEmpty())
                .findFirst()
                .filter(tier::equals)
                .isPresent();
    }
}
