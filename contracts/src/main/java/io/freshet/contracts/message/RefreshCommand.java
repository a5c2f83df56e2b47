package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Make these objects expire on every node.
 *
 * @param soft mark stale instead of deleting, where the server can
 * @param thenPush the push that follows once the refresh has settled where it matters; it names its objects unless the
 *     objects are URLs themselves
 * @param requestId of the request that the task is a part of; null if the gateway did not send it
 * @param retryOf the task whose failed objects these are; null for any other
 */
public record RefreshCommand(
        TaskId taskId,
        String account,
        String domain,
        Selector selector,
        List<String> objects,
        boolean soft,
        Instant acceptedAt,
        @Nullable ThenPush thenPush,
        @Nullable UUID requestId,
        @Nullable TaskId retryOf)
        implements Command {

    public RefreshCommand {
        requireNonNull(taskId, "taskId");
        requireNonNull(account, "account");
        requireNonNull(domain, "domain");
        requireNonNull(selector, "selector");
        requireNonNull(acceptedAt, "acceptedAt");
        objects = CommandObjects.present(objects);
        if (thenPush != null && thenPush.objects().isEmpty() && !selector.namesUrls()) {
            throw new IllegalArgumentException("the push after a " + selector + " refresh must name its objects");
        }
    }

    /** A refresh of a request that is not known. */
    public RefreshCommand(
            TaskId taskId,
            String account,
            String domain,
            Selector selector,
            List<String> objects,
            boolean soft,
            Instant acceptedAt,
            @Nullable ThenPush thenPush) {
        this(taskId, account, domain, selector, objects, soft, acceptedAt, thenPush, null, null);
    }

    /** A refresh that nothing follows. */
    public RefreshCommand(
            TaskId taskId,
            String account,
            String domain,
            Selector selector,
            List<String> objects,
            boolean soft,
            Instant acceptedAt) {
        this(taskId, account, domain, selector, objects, soft, acceptedAt, null);
    }

    /** Returns whether an object names the sub-domains of a name. */
    public boolean namesSubdomains() {
        return switch (selector) {
            case TAG, EVERYTHING -> objects.stream().anyMatch(object -> object.startsWith("*."));
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX, REGEX, HOST -> false;
        };
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
