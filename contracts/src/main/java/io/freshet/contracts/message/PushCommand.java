package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Fetch these objects from the origin into the nodes of a tier.
 *
 * @param tier the name of the tier to warm
 * @param headers request headers with their values; each combination is a variant to fetch
 */
public record PushCommand(
        TaskId taskId,
        String account,
        String domain,
        List<String> objects,
        String tier,
        Map<String, List<String>> headers,
        Instant acceptedAt)
        implements Command {

    public PushCommand {
        requireNonNull(taskId, "taskId");
        requireNonNull(account, "account");
        requireNonNull(domain, "domain");
        requireNonNull(tier, "tier");
        requireNonNull(acceptedAt, "acceptedAt");
        objects = CommandObjects.present(objects);
        headers = headers == null ? Map.of() : Map.copyOf(headers);
    }

    @Override
    @JsonIgnore
    public TaskKind kind() {
        return TaskKind.PUSH;
    }

    @Override
    @JsonIgnore
    public Selector selector() {
        return Selector.URL;
    }

    /** The domain: one worker holds a domain's limits towards its origin. */
    @Override
    @JsonIgnore
    public String key() {
        return domain;
    }
}
