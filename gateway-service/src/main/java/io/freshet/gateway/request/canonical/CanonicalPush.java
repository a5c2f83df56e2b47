package io.freshet.gateway.request.canonical;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.message.ChildScope;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.PushLimits;
import io.freshet.contracts.message.PushTargets;
import io.freshet.contracts.message.Redirects;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Domain;
import java.time.Instant;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A valid push.
 *
 * @param redirects null for those that are stored only, which leaves it out of the hash
 * @param scope of the children of manifests to push as well; null for none, which leaves it out of the hash
 * @param retryOf the task whose failed objects it retries; null for none, which leaves it out of the hash
 * @param startAt when it starts; null for at once, which leaves it out of the hash
 * @param limits of the load on the origin; null for none, which leaves it out of the hash
 * @param targets nodes; null for all of the tier, which leaves it out of the hash
 */
public record CanonicalPush(
        SequencedMap<String, List<String>> objects,
        String tier,
        SequencedMap<String, List<String>> headers,
        @Nullable Redirects redirects,
        @Nullable TaskId retryOf,
        @Nullable Instant startAt,
        @Nullable PushLimits limits,
        @Nullable PushTargets targets,
        @JsonIgnore @Nullable ChildScope scope)
        implements CanonicalRequest {

    /** Creates a push that retries no task, without children. */
    public CanonicalPush(SequencedMap<String, List<String>> objects, PushOptions options) {
        this(objects, options, null);
    }

    /** Creates a push that retries no task. */
    CanonicalPush(SequencedMap<String, List<String>> objects, PushOptions options, @Nullable ChildScope scope) {
        this(
                objects,
                options.tier(),
                options.headers(),
                options.redirects(),
                null,
                options.startAt(),
                options.limits(),
                options.targets(),
                scope);
    }

    /** Returns whether children of manifests are pushed, for the hash: the domains of the account are no part of it. */
    @JsonProperty
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable
    Boolean children() {
        return scope == null ? null : true;
    }

    @Override
    public TaskKind kind() {
        return TaskKind.PUSH;
    }

    @Override
    public Selector selector() {
        return Selector.URL;
    }

    @Override
    public CanonicalPush retrying(TaskId task) {
        return new CanonicalPush(objects, tier, headers, redirects, task, startAt, limits, targets, scope);
    }

    @Override
    public Command command(AdmittedTask task, Account account, Admission admission) {
        return new PushCommand(
                task.taskId(),
                account.id(),
                task.domain(),
                objectsOf(task.domain()),
                tier,
                headers,
                admission.acceptedAt(),
                admission.requestId(),
                retryOf,
                account.pushVariantsOf(task.domain()),
                redirects,
                redirects == Redirects.FOLLOW
                        ? account.domains().stream().map(Domain::name).toList()
                        : List.of(),
                startAt,
                limits,
                targets,
                null,
                scope);
    }
}
