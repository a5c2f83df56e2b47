package io.freshet.contracts.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that a push goes to, if they are others than all of one tier: either tiers and a region, or nodes by name.
 *
 * @param tiers names of several tiers, parents first, each of which begins when the former is done; empty for the one
 *     that the command names
 * @param region region of the nodes; null for any
 * @param nodes ids of nodes of any tiers, each of which gets all objects; empty for all nodes of the tiers and region
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PushTargets(List<String> tiers, @Nullable String region, List<String> nodes) {

    public PushTargets {
        tiers = tiers == null ? List.of() : List.copyOf(tiers);
        nodes = nodes == null ? List.of() : List.copyOf(nodes);
    }
}
