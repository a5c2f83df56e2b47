package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;

/**
 * The maintenance is over: the node gets what it missed.
 */
public record ReleaseNode(String node, String by, Instant at) implements NodeAction {

    public ReleaseNode {
        requireNonNull(node, "node");
        requireNonNull(by, "by");
        requireNonNull(at, "at");
    }

    @Override
    @JsonIgnore
    public String key() {
        return node + "/maintenance";
    }
}
