package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;

/**
 * Hold the node in maintenance: send it nothing, and let no deadline count for it, until it is released.
 *
 * @param reason for people
 */
public record HoldNode(String node, String by, Instant at, String reason) implements NodeAction {

    public HoldNode {
        requireNonNull(node, "node");
        requireNonNull(by, "by");
        requireNonNull(at, "at");
        requireNonNull(reason, "reason");
    }

    @Override
    @JsonIgnore
    public String key() {
        return node + "/maintenance";
    }
}
