package io.freshet.push.target;

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
import org.jspecify.annotations.Nullable;

/** Stages of pushes: one for each tier, one after the other, parents first. */
public final class TargetStages {

    private final Fleet fleet;
    private final Function<String, Optional<String>> unavailable;

    /**
     * Creates the stages of a fleet.
     *
     * @param unavailable returns the reason why the node with an id is unavailable; empty if it is available
     */
    public TargetStages(Fleet fleet, Function<String, Optional<String>> unavailable) {
        this.fleet = fleet;
        this.unavailable = unavailable;
    }

    /**
     * Returns the stages of a command, at least one.
     *
     * @throws IllegalArgumentException if the fleet has no such tier, region or node
     */
    public List<TargetStage> of(PushCommand command) {
        PushTargets targets = command.targets();
        if (targets == null) {
            return List.of(stage(command.tier(), null));
        }
        if (!targets.nodes().isEmpty()) {
            return named(targets.nodes());
        }
        List<String> tiers = targets.tiers().isEmpty() ? List.of(command.tier()) : targets.tiers();
        return tiers.stream().map(tier -> stage(tier, targets.region())).toList();
    }

    private TargetStage stage(String name, @Nullable String region) {
        Tier tier = fleet.tier(name)
                .orElseThrow(() -> new IllegalArgumentException("the fleet has no tier \"" + name + '"'));
        List<Node> nodes = region == null ? tier.nodes() : tier.nodesOf(region);
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("tier \"" + name + "\" has no node in region \"" + region + '"');
        }
        return new TargetStage(nodes, tier.pushRouting(), isFirst(tier), unavailable);
    }

    private List<TargetStage> named(List<String> ids) {
        Set<String> wanted = Set.copyOf(ids);
        List<TargetStage> stages = new ArrayList<>();
        for (Tier tier : fleet.tiers()) {
            List<Node> nodes = tier.nodes().stream()
                    .filter(node -> wanted.contains(node.id()))
                    .toList();
            if (!nodes.isEmpty()) {
                stages.add(new TargetStage(nodes, PushRouting.ALL, isFirst(tier), unavailable));
            }
        }
        int found = stages.stream().mapToInt(TargetStage::size).sum();
        if (found < wanted.size()) {
            throw new IllegalArgumentException("the fleet does not have all of the nodes " + ids);
        }
        return stages;
    }

    private boolean isFirst(Tier tier) {
        return tier.equals(fleet.tiers().getFirst());
    }
}
