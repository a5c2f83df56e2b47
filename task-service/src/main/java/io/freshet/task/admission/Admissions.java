package io.freshet.task.admission;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.task.TaskIdTakenException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Admits requests: of each its key, its tasks and its charge, or nothing of it. */
@Component
class Admissions {

    private static final Logger log = LoggerFactory.getLogger(Admissions.class);

    private final PlainAdmissions plain;
    private final TransactionTemplate transaction;
    private final IdempotencyKeys keys;
    private final AdmittedTasks tasks;
    private final Charges charges;

    Admissions(
            PlainAdmissions plain,
            TransactionTemplate transaction,
            IdempotencyKeys keys,
            AdmittedTasks tasks,
            Charges charges) {
        this.plain = plain;
        this.transaction = transaction;
        this.keys = keys;
        this.tasks = tasks;
        this.charges = charges;
    }

    sealed interface Outcome {}

    record Admitted(Admission admission) implements Outcome {}

    record Conflicting(IdempotencyConflict conflict) implements Outcome {}

    record Exceeding(QuotaExceeded exceeded) implements Outcome {}

    /**
     * Admits those of the requests that nothing speaks against: they are new, their keys are unknown and they fit into the quotas. It changes
     * nothing for the others, which {@link #admit} decides.
     *
     * @return the admissions by their requests' ids
     */
    Map<UUID, Admission> admitPlain(List<AdmissionRequest> requests) {
        Set<UUID> admitted;
        try {
            admitted = plain.admit(requests);
        } catch (DataIntegrityViolationException | ConcurrencyFailureException e) {
            log.debug("of {} requests each is to be decided alone", requests.size(), e);
            return Map.of();
        }
        return requests.stream()
                .filter(request -> admitted.contains(request.requestId()))
                .collect(Collectors.toMap(AdmissionRequest::requestId, request -> admission(request, Set.of())));
    }

    /**
     * Admits the request in a transaction of its own, or says again what became of it.
     *
     * @throws TaskIdTakenException if one of the new task ids belongs to another task
     */
    Outcome admit(AdmissionRequest request) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Outcome outcome = decide(request);
            if (!(outcome instanceof Admitted)) {
                status.setRollbackOnly();
            }
            return outcome;
        }));
    }

    private Outcome decide(AdmissionRequest request) {
        String key = request.idempotencyKey();
        if (key == null) {
            return admitNew(request);
        }
        IdempotencyKeys.Owner owner = keys.claim(key, request);
        if (owner.requestId().equals(request.requestId())) {
            return admitNew(request);
        }
        if (!owner.bodyHash().equals(request.bodyHash())) {
            return new Conflicting(new IdempotencyConflict(owner.requestId(), owner.expiresAt()));
        }
        List<AdmittedTask> again = tasks.admitAgain(owner.tasks());
        return charged(request, new Admission(owner.requestId(), owner.acceptedAt(), again));
    }

    private Outcome admitNew(AdmissionRequest request) {
        return charged(request, admission(request, tasks.insert(List.of(request))));
    }

    private Outcome charged(AdmissionRequest request, Admission admission) {
        return charges.chargeWithin(charges(request, admission.tasks()))
                .<Outcome>map(Exceeding::new)
                .orElseGet(() -> new Admitted(admission));
    }

    private static Admission admission(AdmissionRequest request, Set<TaskId> inLog) {
        List<AdmittedTask> tasks = request.tasks().stream()
                .map(task -> new AdmittedTask(
                        task.taskId(),
                        task.domain(),
                        task.objectCount(),
                        inLog.contains(task.taskId()),
                        task.thenPush()))
                .toList();
        return new Admission(request.requestId(), kept(request.acceptedAt()), tasks);
    }

    /** A repetition is answered from the database, which keeps microseconds. */
    private static Instant kept(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    private static List<LimitedCharge> charges(AdmissionRequest request, List<AdmittedTask> tasks) {
        Stream<LimitedCharge> asked =
                charges(request, tasks, request.quota(), request.quotaLimit(), AdmittedTask::taskId);
        Stream<LimitedCharge> following = request.pushLimit() == null
                ? Stream.empty()
                : charges(request, tasks, QuotaKind.PUSH, request.pushLimit(), AdmittedTask::thenPush);
        return Stream.concat(asked, following).toList();
    }

    private static Stream<LimitedCharge> charges(
            AdmissionRequest request,
            List<AdmittedTask> tasks,
            QuotaKind quota,
            int limit,
            Function<AdmittedTask, @Nullable TaskId> id) {
        return tasks.stream()
                .flatMap(task -> Stream.ofNullable(id.apply(task))
                        .map(charged -> new Charge(
                                charged, request.account(), quota, task.objectCount(), request.acceptedAt())))
                .map(charge -> new LimitedCharge(charge, limit));
    }
}
