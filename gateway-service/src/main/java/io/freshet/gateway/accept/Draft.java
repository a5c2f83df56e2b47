package io.freshet.gateway.accept;

import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.message.Command;
import io.freshet.fleet.Account;
import io.freshet.gateway.request.CanonicalRequest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A request on its way to be accepted, under the ids that its tasks will have. */
record Draft(
        Account account,
        @Nullable String idempotencyKey,
        CanonicalRequest request,
        UUID requestId,
        Instant acceptedAt,
        List<TaskToAdmit> tasks) {

    /** Only a key is held against what came with it before. */
    private static final String NO_HASH = "";

    static Draft of(Account account, @Nullable String idempotencyKey, CanonicalRequest request, TaskIds ids) {
        List<TaskToAdmit> tasks = request.objects().entrySet().stream()
                .map(domain -> new TaskToAdmit(
                        ids.next(),
                        domain.getKey(),
                        domain.getValue().size(),
                        request.pushFollows() ? ids.next() : null))
                .toList();
        return new Draft(account, idempotencyKey, request, UUID.randomUUID(), Instant.now(), tasks);
    }

    /** The same request under new ids. */
    Draft again(TaskIds ids) {
        return of(account, idempotencyKey, request, ids);
    }

    AdmissionRequest toAdmit() {
        return new AdmissionRequest(
                account.id(),
                idempotencyKey,
                idempotencyKey == null ? NO_HASH : request.hash(),
                requestId,
                request.kind(),
                request.selector(),
                request.quota(account.quotas()),
                acceptedAt,
                tasks,
                request.pushFollows() ? account.quotas().push() : null,
                account.requestsPerMinute());
    }

    /** What goes on where nobody could admit it: nothing of it has been published before, as far as this gateway knows. */
    Admission unadmitted() {
        return new Admission(
                requestId,
                acceptedAt,
                tasks.stream()
                        .map(task -> new AdmittedTask(task.taskId(), task.domain(), task.objectCount(), false))
                        .toList());
    }

    /** The commands of an admission that are not in the log yet, under the ids of the admission. */
    List<Command> commands(Admission admission) {
        return admission.tasks().stream()
                .filter(task -> !task.inLog())
                .map(task -> request.command(task, account.id(), admission.acceptedAt()))
                .toList();
    }

    Accepted answer(Admission admission) {
        return new Accepted(
                admission.requestId(),
                admission.tasks().stream()
                        .map(task -> new Accepted.AcceptedTask(
                                task.taskId(),
                                task.domain(),
                                request.selector(),
                                task.objectCount(),
                                task.thenPush() == null ? null : new Accepted.ThenPush(task.thenPush())))
                        .toList(),
                admission.left());
    }
}
