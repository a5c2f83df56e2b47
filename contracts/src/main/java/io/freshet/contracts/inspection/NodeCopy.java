package io.freshet.contracts.inspection;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Copy of a URL in one node's cache, or its absence.
 *
 * @param node id
 * @param reason why it is unknown; continues a sentence that begins with the node's id. Null if it is known
 * @param copy of the URL; null unless it is present
 */
public record NodeCopy(
        String node,
        String tier,
        CopyState state,
        @Nullable String reason,
        @Nullable CopyDetails copy) {

    public NodeCopy {
        requireNonNull(node, "node");
        requireNonNull(tier, "tier");
        requireNonNull(state, "state");
    }

    public static NodeCopy present(String node, String tier, CopyDetails copy) {
        return new NodeCopy(node, tier, CopyState.PRESENT, null, copy);
    }

    public static NodeCopy absent(String node, String tier) {
        return new NodeCopy(node, tier, CopyState.ABSENT, null, null);
    }

    public static NodeCopy unknown(String node, String tier, String reason) {
        return new NodeCopy(node, tier, CopyState.UNKNOWN, reason, null);
    }
}
