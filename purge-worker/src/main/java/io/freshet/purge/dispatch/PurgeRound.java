package io.freshet.purge.dispatch;

import io.freshet.purge.driver.Purge;
import io.freshet.purge.node.NodeChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first or the second purge of a refresh.
 *
 * @param isSecond whether a fetch in progress may have undone the first
 * @param appliedAt time of {@link System#nanoTime} by which the first was applied; null if it is not known
 * @param keepers nodes whose second purge keeps what they have fetched since then
 */
public record PurgeRound(boolean isSecond, @Nullable Long appliedAt, Set<NodeChannel> keepers) {

    public static final PurgeRound FIRST = new PurgeRound(false, null, Set.of());

    /** The second purge, which keeps nothing. */
    public static final PurgeRound SECOND = new PurgeRound(true, null, Set.of());

    static PurgeRound second(@Nullable Long appliedAt, Set<NodeChannel> keepers) {
        return new PurgeRound(true, appliedAt, keepers);
    }

    /** Returns the purge as this round sends it to the node. */
    Purge purge(Purge purge, NodeChannel node) {
        return appliedAt == null || !keepers.contains(node) ? purge : purge.second(appliedAt);
    }
}
