package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import java.time.Instant;
import java.util.List;

/**
 * Make these objects expire on every node.
 *
 * @param soft mark stale instead of deleting, where the server can
 */
public record RefreshCommand(
        TaskId taskId,
        String account,
        String domain,
        Selector selector,
        List<String> objects,
        boolean soft,
        Instant acceptedAt)
        implements Command {

    public RefreshCommand {
        requireNonNull(taskId, "taskId");
        requireNonNull(account, "account");
        requireNonNull(domain, "domain");
        requireNonNull(selector, "selector");
        requireNonNull(acceptedAt, "acceptedAt");
        objects = CommandObjects.present(objects);
    }

    @Override
    @JsonIgnore
    public TaskKind kind() {
        return TaskKind.REFRESH;
    }

    /** The task: a domain's refreshes spread over all partitions, since their order does not matter. */
    @Override
    @JsonIgnore
    public String key() {
        return taskId.toString();
    }
}
