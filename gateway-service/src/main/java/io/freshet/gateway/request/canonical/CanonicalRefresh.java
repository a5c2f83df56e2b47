package io.freshet.gateway.request.canonical;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
import io.freshet.fleet.account.Account;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A valid refresh.
 *
 * @param thenPush the push that follows; null for none, which leaves it out of the hash
 * @param pushedObjects canonical URLs of that push by the name of their domain, which is one of those of the objects;
 *     empty for the objects of the refresh, which leaves it out of the hash
 * @param retryOf the task whose failed objects it retries; null for none, which leaves it out of the hash
 */
public record CanonicalRefresh(
        Selector selector,
        SequencedMap<String, List<String>> objects,
        boolean soft,
        @Nullable PushOptions thenPush,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) SequencedMap<String, List<String>> pushedObjects,
        @Nullable TaskId retryOf)
        implements CanonicalRequest {

    @Override
    public TaskKind kind() {
        return TaskKind.REFRESH;
    }

    @Override
    public boolean pushFollows() {
        return thenPush != null;
    }

    @Override
    public CanonicalRefresh retrying(TaskId task) {
        return new CanonicalRefresh(selector, objects, soft, thenPush, pushedObjects, task);
    }

    @Override
    public List<String> pushedObjectsOf(String domain) {
        if (thenPush == null) {
            return List.of();
        }
        return pushedObjects.isEmpty() ? objectsOf(domain) : pushedObjects.getOrDefault(domain, List.of());
    }

    @Override
    public Command command(AdmittedTask task, Account account, Admission admission) {
        return new RefreshCommand(
                task.taskId(),
                account.id(),
                task.domain(),
                selector,
                objectsOf(task.domain()),
                soft,
                admission.acceptedAt(),
                thenPush(task, account),
                admission.requestId(),
                retryOf);
    }

    private @Nullable ThenPush thenPush(AdmittedTask task, Account account) {
        return thenPush == null || pushedObjectsOf(task.domain()).isEmpty()
                ? null
                : new ThenPush(
                        requireNonNull(task.thenPush(), "the id of the push that follows"),
                        thenPush.tier(),
                        thenPush.headers(),
                        pushedObjects.getOrDefault(task.domain(), List.of()),
                        account.pushVariantsOf(task.domain()));
    }
}
