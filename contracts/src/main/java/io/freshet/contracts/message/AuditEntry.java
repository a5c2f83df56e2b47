package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Entry of the audit log: an action, with who requested it, when and from where.
 *
 * @param account the caller's account; null for actions without a caller, such as changes of the configuration
 * @param token name of the caller's token, or the subject of its JSON Web Token
 * @param address IP address of the caller
 * @param action what was requested, such as {@code flush}
 * @param target what the action is for, such as the id of a node
 * @param details further values of the action, by name
 */
public record AuditEntry(
        UUID id,
        Instant at,
        @Nullable String account,
        @Nullable String token,
        @Nullable String address,
        String action,
        String target,
        Map<String, String> details,
        AuditOutcome outcome)
        implements Message {

    public AuditEntry {
        requireNonNull(id, "id");
        requireNonNull(at, "at");
        requireNonNull(action, "action");
        requireNonNull(target, "target");
        requireNonNull(outcome, "outcome");
        details = details == null ? Map.of() : Map.copyOf(details);
    }

    @Override
    @JsonIgnore
    public String key() {
        return id.toString();
    }
}
