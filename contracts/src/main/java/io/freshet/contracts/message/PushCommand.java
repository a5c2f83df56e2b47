package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Fetch these objects from the origin into the nodes of a tier.
 *
 * @param tier the name of the tier to warm
 * @param headers request headers with their values; each combination is a variant to fetch
 * @param requestId of the request that the task is a part of; null if the gateway did not send it
 * @param retryOf the task whose failed objects these are; null for any other
 * @param variants values of request headers that responses may vary by; each is fetched of responses that do. Headers
 *     of {@code headers} take precedence
 * @param redirects null for {@link Redirects#STORE}
 * @param domains the account's domains, of which a push may fetch URLs that its objects name; empty if it fetches none
 * @param startAt start of the push; workers do not execute the command, which task-service publishes again without this
 *     field when it is due. Null to start at once
 * @param limits of the request, which its tasks of this domain share; null for none
 * @param targets nodes, if they are others than all of the tier; null for these
 * @param root the task that these children of manifests belong to; null for one that the account asked for
 * @param children of manifests to push as well; null if manifests are objects like any other
 */
public record PushCommand(
        TaskId taskId,
        String account,
        String domain,
        List<String> objects,
        String tier,
        Map<String, List<String>> headers,
        Instant acceptedAt,
        @Nullable UUID requestId,
        @Nullable TaskId retryOf,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, List<String>> variants,
        @Nullable Redirects redirects,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> domains,
        @Nullable Instant startAt,
        @Nullable PushLimits limits,
        @Nullable PushTargets targets,
        @Nullable TaskId root,
        @Nullable ChildScope children)
        implements Command {

    public PushCommand {
        requireNonNull(taskId, "taskId");
        requireNonNull(account, "account");
        requireNonNull(domain, "domain");
        requireNonNull(tier, "tier");
        requireNonNull(acceptedAt, "acceptedAt");
        objects = CommandObjects.present(objects);
        headers = headers == null ? Map.of() : Map.copyOf(headers);
        variants = variants == null ? Map.of() : Map.copyOf(variants);
        domains = domains == null ? List.of() : List.copyOf(domains);
    }

    /** A push of all nodes of a tier at once, which stores redirects, and whose domain declares no variants. */
    public PushCommand(
            TaskId taskId,
            String account,
            String domain,
            List<String> objects,
            String tier,
            Map<String, List<String>> headers,
            Instant acceptedAt,
            @Nullable UUID requestId,
            @Nullable TaskId retryOf) {
        this(
                taskId,
                account,
                domain,
                objects,
                tier,
                headers,
                acceptedAt,
                requestId,
                retryOf,
                Map.of(),
                null,
                List.of(),
                null,
                null,
                null);
    }

    /** A push without children. */
    public PushCommand(
            TaskId taskId,
            String account,
            String domain,
            List<String> objects,
            String tier,
            Map<String, List<String>> headers,
            Instant acceptedAt,
            @Nullable UUID requestId,
            @Nullable TaskId retryOf,
            Map<String, List<String>> variants,
            @Nullable Redirects redirects,
            List<String> domains,
            @Nullable Instant startAt,
            @Nullable PushLimits limits,
            @Nullable PushTargets targets) {
        this(
                taskId,
                account,
                domain,
                objects,
                tier,
                headers,
                acceptedAt,
                requestId,
                retryOf,
                variants,
                redirects,
                domains,
                startAt,
                limits,
                targets,
                null,
                null);
    }

    /** A push of a request that is not known. */
    public PushCommand(
            TaskId taskId,
            String account,
            String domain,
            List<String> objects,
            String tier,
            Map<String, List<String>> headers,
            Instant acceptedAt) {
        this(taskId, account, domain, objects, tier, headers, acceptedAt, null, null);
    }

    /** Returns this command for workers to execute now. */
    public PushCommand due() {
        return new PushCommand(
                taskId,
                account,
                domain,
                objects,
                tier,
                headers,
                acceptedAt,
                requestId,
                retryOf,
                variants,
                redirects,
                domains,
                null,
                limits,
                targets,
                root,
                children);
    }

    /** Returns the task that the account knows, whose progress this is a part of; null for one without children. */
    @JsonIgnore
    public @Nullable TaskId progressOf() {
        return root == null && children != null ? taskId : root;
    }

    /**
     * Returns the command for children of a manifest of this push, with the same options.
     *
     * @param id derived from the children, so that the same manifest makes the same task again
     * @param objects canonical URLs of a domain
     * @param scope for the children of these children; null if they are no manifests
     */
    public PushCommand child(ChildTaskId id, String ofDomain, List<String> objects, @Nullable ChildScope scope) {
        return new PushCommand(
                id.taskId(),
                account,
                ofDomain,
                objects,
                tier,
                headers,
                acceptedAt,
                id.requestId(),
                null,
                variants,
                redirects,
                domains,
                null,
                limits,
                targets,
                requireNonNull(progressOf(), "root"),
                scope);
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
