package io.freshet.task.admission;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.task.TaskIdTakenException;
import io.freshet.task.limit.ConcurrencyLimiter;
import io.freshet.task.limit.OverloadedException;
import io.freshet.task.storage.ConnectionPools;
import io.freshet.task.storage.DatabaseProperties;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Admits requests: writes the key, the tasks and the charges of each, or nothing. */
@Component
class Admissions {

    private static final Logger log = LoggerFactory.getLogger(Admissions.class);

    private final BatchAdmissions batch;
    private final AdmissionPrecheck precheck;
    private final TransactionTemplate transaction;
    private final ConcurrencyLimiter limiter;
    private final IdempotencyKeys keys;
    private final AdmittedTasks tasks;
    private final RequestRates rates;
    private final Charges charges;

    Admissions(
            BatchAdmissions batch,
            AdmissionPrecheck precheck,
            ConnectionPools pools,
            DatabaseProperties properties,
            IdempotencyKeys keys,
            AdmittedTasks tasks,
            RequestRates rates,
            Charges charges) {
        this.batch = batch;
        this.precheck = precheck;
        this.transaction = pools.admissionTransactions();
        this.limiter = new ConcurrencyLimiter(
                "admissions", properties.admissionConnections() / 2, properties.admissionsPerAccount());
        this.keys = keys;
        this.tasks = tasks;
        this.rates = rates;
        this.charges = charges.with(pools.admissions());
    }

    /**
     * Admits the requests that are new and fit quota and rate limit, and refuses those that certainly do not. It
     * changes nothing for the others, which {@link #admit} decides.
     *
     * @return the decisions by their requests' ids
     */
    Map<UUID, AdmissionDecision> decideBatch(List<AdmissionRequest> requests) {
        Map<UUID, Admission> admitted = admitBatch(requests);
        Map<UUID, AdmissionDecision> decisions = new HashMap<>(precheck.refusals(requests.stream()
                .filter(request -> !admitted.containsKey(request.requestId()))
                .toList()));
        admitted.forEach((id, admission) -> decisions.put(id, new AdmissionDecision.Grant(admission)));
        return decisions;
    }

    /**
     * Admits the requests that are new and fit quota and rate limit. It changes nothing for the others.
     *
     * @return the admissions by their requests' ids
     */
    Map<UUID, Admission> admitBatch(List<AdmissionRequest> requests) {
        Map<UUID, Long> used;
        try {
            used = batch.admit(requests);
        } catch (DataIntegrityViolationException | ConcurrencyFailureException e) {
            log.debug("Batch of {} requests conflicts; each must be decided alone", requests.size(), e);
            return Map.of();
        }
        return requests.stream()
                .filter(request -> used.containsKey(request.requestId()))
                .collect(Collectors.toMap(
                        AdmissionRequest::requestId,
                        request -> admission(request, Set.of())
                                .with(charges.left(request, used.getOrDefault(request.requestId(), 0L)))));
    }

    /**
     * Decides on the request in a transaction of its own, or repeats the decision on an idempotency key.
     *
     * @throws TaskIdTakenException if one of the new task ids belongs to another task
     * @throws OverloadedException if the account has too many in progress; nothing is changed
     */
    AdmissionDecision admit(AdmissionRequest request) {
        try (ConcurrencyLimiter.Permit _ = limiter.acquire(request.account())) {
            AdmissionDecision refusal = precheck.refusals(List.of(request)).get(request.requestId());
            return refusal == null ? admitInTransaction(request) : refusal;
        }
    }

    private AdmissionDecision admitInTransaction(AdmissionRequest request) {
        return Objects.requireNonNull(transaction.execute(status -> {
            AdmissionDecision decision = decide(request);
            if (!(decision instanceof AdmissionDecision.Grant)) {
                status.setRollbackOnly();
            }
            return decision;
        }));
    }

    private AdmissionDecision decide(AdmissionRequest request) {
        String key = request.idempotencyKey();
        if (key == null) {
            return admitNew(request);
        }
        IdempotencyKeys.KeyOwner owner = keys.claim(key, request);
        if (owner.requestId().equals(request.requestId())) {
            return admitNew(request);
        }
        if (!owner.bodyHash().equals(request.bodyHash())) {
            return new AdmissionDecision.KeyConflict(new IdempotencyConflict(owner.requestId(), owner.expiresAt()));
        }
        List<AdmittedTask> again = tasks.readmit(owner.tasks());
        return charged(request, new Admission(owner.requestId(), owner.acceptedAt(), again));
    }

    private AdmissionDecision admitNew(AdmissionRequest request) {
        return charged(request, admission(request, tasks.insert(List.of(request))));
    }

    /** Charges the quota, then the rate: the batch statement locks them in the same order. */
    private AdmissionDecision charged(AdmissionRequest request, Admission admission) {
        Optional<QuotaExceeded> exceeded = charges.chargeWithin(charges(request, admission.tasks()));
        if (exceeded.isPresent()) {
            return new AdmissionDecision.QuotaRefusal(exceeded.get());
        }
        return rates.grant(request)
                ? new AdmissionDecision.Grant(admission.with(charges.left(request)))
                : new AdmissionDecision.RateRefusal(rates.exceeded(request));
    }

    private static Admission admission(AdmissionRequest request, Set<TaskId> commandRead) {
        List<AdmittedTask> tasks = request.tasks().stream()
                .map(task -> new AdmittedTask(
                        task.taskId(),
                        task.domain(),
                        task.objectCount(),
                        commandRead.contains(task.taskId()),
                        task.thenPush(),
                        task.pushCount()))
                .toList();
        return new Admission(request.requestId(), asStored(request.acceptedAt()), tasks);
    }

    /** Truncates to microseconds, as Postgres does, so that a repeated request gets the same answer. */
    private static Instant asStored(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    private static List<LimitedCharge> charges(AdmissionRequest request, List<AdmittedTask> tasks) {
        Stream<LimitedCharge> requested = tasks.stream()
                .map(task -> charge(request, task.taskId(), request.quota(), task.objectCount(), request.quotaLimit()));
        Stream<LimitedCharge> following = request.pushLimit() == null
                ? Stream.empty()
                : tasks.stream()
                        .filter(task -> task.thenPush() != null)
                        .map(task -> charge(
                                request, task.thenPush(), QuotaKind.PUSH, task.pushCount(), request.pushLimit()));
        return Stream.concat(requested, following).toList();
    }

    private static LimitedCharge charge(
            AdmissionRequest request, TaskId charged, QuotaKind quota, int objects, int limit) {
        return new LimitedCharge(new Charge(charged, request.account(), quota, objects, request.acceptedAt()), limit);
    }
}
