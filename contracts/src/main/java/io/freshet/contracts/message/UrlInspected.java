package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.inspection.NodeCopy;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Answer to {@link InspectUrl}.
 *
 * @param nodes all nodes of the fleet, parents first
 */
public record UrlInspected(UUID id, String account, List<NodeCopy> nodes, Instant at) implements Inspection {

    public UrlInspected {
        requireNonNull(id, "id");
        requireNonNull(account, "account");
        requireNonNull(at, "at");
        nodes = List.copyOf(nodes);
    }

    @Override
    @JsonIgnore
    public String key() {
        return id.toString();
    }
}
