package io.freshet.gateway.accept;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.message.Command;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.request.canonical.CanonicalRequest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A request that waits for its admission, with the ids that its tasks will have. */
record PendingAdmission(
        Account account,
        @Nullable String idempotencyKey,
        CanonicalRequest request,
        UUID requestId,
        Instant acceptedAt,
        List<TaskToAdmit> tasks) {

    /** A hash is compared only for requests with an idempotency key. */
    private static final String NO_HASH = "";

    static PendingAdmission of(
            Account account,
            @Nullable String idempotencyKey,
            CanonicalRequest request,
            TaskIdGenerator ids,
            Instant acceptedAt) {
        List<TaskToAdmit> tasks = request.objects().entrySet().stream()
                .map(domain -> task(
                        ids,
                        domain.getKey(),
                        domain.getValue().size(),
                        request.pushedObjectsOf(domain.getKey()).size()))
                .toList();
        return new PendingAdmission(account, idempotencyKey, request, UUID.randomUUID(), acceptedAt, tasks);
    }

    private static TaskToAdmit task(TaskIdGenerator ids, String domain, int objects, int pushed) {
        return new TaskToAdmit(ids.next(), domain, objects, pushed == 0 ? null : ids.next(), pushed);
    }

    PendingAdmission withNewIds(TaskIdGenerator ids, Instant now) {
        return of(account, idempotencyKey, request, ids, now);
    }

    AdmissionRequest admissionRequest() {
        return new AdmissionRequest(
                account.id(),
                idempotencyKey,
                idempotencyKey == null ? NO_HASH : request.hash(),
                requestId,
                request.kind(),
                request.selector(),
                request.quota(account),
                acceptedAt,
                tasks,
                request.pushFollows() ? account.quota(QuotaKind.PUSH) : null,
                account.requestsPerMinute());
    }

    /** Returns the admission of a request that is accepted while task-service cannot be asked. */
    Admission withoutCheck() {
        return new Admission(
                requestId,
                acceptedAt,
                tasks.stream()
                        .map(task -> new AdmittedTask(task.taskId(), task.domain(), task.objectCount(), false))
                        .toList());
    }

    /** Returns the commands that have not been read from their topic before. */
    List<Command> commands(Admission admission) {
        return admission.tasks().stream()
                .filter(task -> !task.commandRead())
                .map(task -> request.command(task, account, admission))
                .toList();
    }

    AcceptedRequest answer(Admission admission) {
        return new AcceptedRequest(
                admission.requestId(),
                admission.tasks().stream()
                        .map(task -> new AcceptedRequest.AcceptedTask(
                                task.taskId(),
                                task.domain(),
                                request.selector(),
                                task.objectCount(),
                                task.thenPush() == null
                                        ? null
                                        : new AcceptedRequest.AcceptedPush(task.thenPush(), task.pushCount())))
                        .toList(),
                !admission.requestId().equals(requestId),
                admission.left());
    }
}
