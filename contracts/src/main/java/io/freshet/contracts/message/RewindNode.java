package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;

/**
 * Send the node again what it was sent since a moment: it has lost purges that it had answered.
 *
 * @param to refreshes appended to the log from then on are repeated
 */
public record RewindNode(String node, String by, Instant at, Instant to) implements NodeAction {

    public RewindNode {
        requireNonNull(node, "node");
        requireNonNull(by, "by");
        requireNonNull(at, "at");
        requireNonNull(to, "to");
    }

    @Override
    @JsonIgnore
    public String key() {
        return node + "/rewind";
    }
}
