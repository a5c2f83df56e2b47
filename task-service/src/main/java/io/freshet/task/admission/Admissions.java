package io.freshet.task.admission;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;
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
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Admits requests: of each its key, its tasks and its charge, or nothing of it. */
@Component
class Admissions {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final IdempotencyKeys keys;
    private final AdmittedTasks tasks;
    private final RequestRates rates;
    private final Charges charges;

    Admissions(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            IdempotencyKeys keys,
            AdmittedTasks tasks,
            RequestRates rates,
            Charges charges) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.keys = keys;
        this.tasks = tasks;
        this.rates = rates;
        this.charges = charges;
    }

    sealed interface Outcome {}

    record Admitted(Admission admission) implements Outcome {}

    record Conflicting(IdempotencyConflict conflict) implements Outcome {}

    record Exceeding(QuotaExceeded exceeded) implements Outcome {}

    record TooFast(RateExceeded exceeded) implements Outcome {}

    /**
     * Admits those of the requests that nothing speaks against, all in one transaction: their keys are free, and they fit into the quotas and
     * into the minute. It changes nothing for the others, which {@link #admit} decides.
     *
     * @return the admissions by their requests' ids
     * @throws TaskIdTakenException if one of the new task ids belongs to another task
     */
    Map<UUID, Admission> admitPlain(List<AdmissionRequest> requests) {
        return Objects.requireNonNull(transaction.execute(status -> {
            // One that exceeds by itself holds up nobody else's; so a question less while little is asked for.
            List<AdmissionRequest> fitting =
                    requests.size() == 1 ? requests : charges.fitting(requests, Admissions::charges);
            if (fitting.stream().allMatch(request -> request.idempotencyKey() == null)) {
                commitWithoutWaitingForTheDisk();
            }
            List<AdmissionRequest> free = keys.claimFree(fitting);
            List<AdmissionRequest> plain = rates.grant(free);
            keys.release(
                    free.stream().filter(request -> !plain.contains(request)).toList());
            Set<TaskId> inLog = tasks.insert(plain);
            Charges.Result charged = charges.chargeWithin(
                    plain.stream().flatMap(request -> charges(request).stream()).toList());
            if (charged.exceeded().isPresent()) {
                status.setRollbackOnly(); // somebody else has charged meanwhile
                return Map.of();
            }
            return plain.stream()
                    .collect(Collectors.toMap(
                            AdmissionRequest::requestId,
                            request -> admission(request, inLog).with(charges.left(request, charged))));
        }));
    }

    private static List<AdmissionRequest> without(List<AdmissionRequest> requests, List<AdmissionRequest> some) {
        Set<UUID> ids = some.stream().map(AdmissionRequest::requestId).collect(Collectors.toSet());
        return requests.stream()
                .filter(request -> !ids.contains(request.requestId()))
                .toList();
    }

    /**
     * If the database crashes, the last moments before it are lost. Tasks and charges come back from the log, where the commands are; a key,
     * which belongs to whoever asks again, would not.
     */
    private void commitWithoutWaitingForTheDisk() {
        jdbc.sql("set local synchronous_commit = off").update();
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
            return withinRate(request, this::admitNew);
        }
        IdempotencyKeys.Owner owner = keys.claim(key, request);
        if (owner.requestId().equals(request.requestId())) {
            return withinRate(request, this::admitNew);
        }
        if (!owner.bodyHash().equals(request.bodyHash())) {
            return new Conflicting(new IdempotencyConflict(owner.requestId(), owner.expiresAt()));
        }
        return withinRate(request, again -> admitAgain(again, owner));
    }

    /** After the key, as in a group: in this order all is locked. */
    private Outcome withinRate(AdmissionRequest request, Function<AdmissionRequest, Outcome> then) {
        return rates.grant(List.of(request)).isEmpty() ? new TooFast(rates.exceeded(request)) : then.apply(request);
    }

    private Outcome admitNew(AdmissionRequest request) {
        return charged(request, admission(request, tasks.insert(List.of(request))));
    }

    private Outcome admitAgain(AdmissionRequest request, IdempotencyKeys.Owner owner) {
        return charged(request, new Admission(owner.requestId(), owner.acceptedAt(), tasks.admitAgain(owner.tasks())));
    }

    private Outcome charged(AdmissionRequest request, Admission admission) {
        Charges.Result charged = charges.chargeWithin(charges(request, admission.tasks()));
        return charged.exceeded()
                .<Outcome>map(Exceeding::new)
                .orElseGet(() -> new Admitted(admission.with(charges.left(request, charged))));
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

    /** What a new request is charged. */
    private static List<LimitedCharge> charges(AdmissionRequest request) {
        return charges(request, admission(request, Set.of()).tasks());
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
