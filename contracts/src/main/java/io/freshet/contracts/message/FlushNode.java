package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Flush the node whole, and its children after it. If an operator requests it for a node whose driver cannot flush it,
 * the operator has emptied the node.
 *
 * @param by the operator's account, or the worker that requires the flush
 * @param reason why a worker requires the flush; null if an operator requests it
 */
public record FlushNode(
        String node, String by, Instant at, @Nullable String reason) implements NodeAction {

    public FlushNode {
        requireNonNull(node, "node");
        requireNonNull(by, "by");
        requireNonNull(at, "at");
    }

    /** Creates the request of an operator. */
    public FlushNode(String node, String by, Instant at) {
        this(node, by, at, null);
    }

    @Override
    @JsonIgnore
    public String key() {
        return node + "/flush";
    }
}
