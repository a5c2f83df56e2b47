package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;

/**
 * Flush the node whole, and its children after it.
 */
public record FlushNode(String node, String by, Instant at) implements NodeAction {

    public FlushNode {
        requireNonNull(node, "node");
        requireNonNull(by, "by");
        requireNonNull(at, "at");
    }

    @Override
    @JsonIgnore
    public String key() {
        return node + "/flush";
    }
}
