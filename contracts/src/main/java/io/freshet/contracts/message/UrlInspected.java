package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.inspection.NodeCopy;
import io.freshet.contracts.inspection.OriginResponse;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@link InspectUrl}.
 *
 * @param nodes all nodes of the fleet, parents first
 * @param origin null if it was not asked
 */
public record UrlInspected(
        UUID id,
        String account,
        List<NodeCopy> nodes,
        @Nullable OriginResponse origin,
        Instant at) implements Inspection {

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
