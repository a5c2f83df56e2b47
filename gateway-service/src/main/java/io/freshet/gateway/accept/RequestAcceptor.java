package io.freshet.gateway.accept;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.TokenScope;
import io.freshet.gateway.auth.TokenRights;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.client.AdmissionClient;
import io.freshet.gateway.client.AdmissionOutcome;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.request.canonical.CanonicalRequest;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Acceptance of requests: asks for admission, publishes the commands, waits for the acknowledgement. */
@Component
@Blocking
public class RequestAcceptor {

    private static final Logger log = LoggerFactory.getLogger(RequestAcceptor.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration OVERLOAD_RETRY_AFTER = Duration.ofSeconds(1);

    private final TaskIdGenerator taskIds;
    private final AdmissionClient admissions;
    private final FallbackRateLimiter fallbackLimiter;
    private final CommandPublisher commandPublisher;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    RequestAcceptor(
            TaskIdGenerator taskIds,
            AdmissionClient admissions,
            FallbackRateLimiter fallbackLimiter,
            CommandPublisher commandPublisher,
            ApplicationEventPublisher events,
            Clock clock) {
        this.taskIds = taskIds;
        this.admissions = admissions;
        this.fallbackLimiter = fallbackLimiter;
        this.commandPublisher = commandPublisher;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Accepts a request as a whole.
     *
     * @throws ProblemException if the request is refused, or Kafka has not acknowledged it
     */
    public AcceptedRequest accept(Account account, @Nullable String idempotencyKey, CanonicalRequest request) {
        requireScopes(account, request);
        PendingAdmission pending = PendingAdmission.of(account, idempotencyKey, request, taskIds, clock.instant());
        AdmissionOutcome outcome = admit(pending);
        if (outcome instanceof AdmissionOutcome.TaskIdsTaken) {
            // Another gateway drew the same id: it had the same number while task-service could not lease it one.
            pending = pending.withNewIds(taskIds, clock.instant());
            outcome = admit(pending);
        }
        Admission admission = admissionOf(pending, outcome);
        commandPublisher.publish(pending.commands(admission));
        events.publishEvent(RequestAccepted.of(account.id(), request, admission));
        return pending.answer(admission);
    }

    /** A refresh with a push needs both, also if it repeats a stored request. */
    private static void requireScopes(Account account, CanonicalRequest request) {
        TokenRights.require(account, request.kind() == TaskKind.PUSH ? TokenScope.PUSH : TokenScope.REFRESH);
        if (request.pushFollows()) {
            TokenRights.require(account, TokenScope.PUSH);
        }
    }

    private AdmissionOutcome admit(PendingAdmission pending) {
        return requireNonNull(admissions.admit(pending.admissionRequest()).block());
    }

    private Admission admissionOf(PendingAdmission pending, AdmissionOutcome outcome) {
        return switch (outcome) {
            case AdmissionOutcome.Granted(Admission admission) -> admission;
            case AdmissionOutcome.KeyReused(IdempotencyConflict conflict) ->
                throw AdmissionProblems.keyReused(conflict);
            case AdmissionOutcome.OverQuota(QuotaExceeded excess) ->
                throw AdmissionProblems.overQuota(excess, clock.instant());
            case AdmissionOutcome.OverRateLimit(RateExceeded excess) ->
                throw AdmissionProblems.overRateLimit(excess, clock.instant());
            case AdmissionOutcome.TaskIdsTaken() -> throw taskIdsTaken();
            case AdmissionOutcome.Overloaded(String reason) -> throw overloaded(reason);
            case AdmissionOutcome.Unavailable(String reason) -> withoutAdmission(pending, reason);
        };
    }

    private static ProblemException overloaded(String reason) {
        log.warn("task-service did not decide on an admission in time: {}", reason);
        return ProblemException.unavailable(
                "The request was not admitted in time. Retry it, with the same Idempotency-Key if it has one.",
                OVERLOAD_RETRY_AFTER);
    }

    /**
     * Accepts a URL refresh without admission: stale content is worse than an overdrawn quota. task-service charges it
     * later.
     */
    private Admission withoutAdmission(PendingAdmission pending, String reason) {
        log.warn("task-service cannot be reached for an admission: {}", reason);
        if (!needsNoAdmission(pending.request())) {
            throw ProblemException.unavailable(
                    "Quotas cannot be checked at the moment. Only URL refreshes without thenPush are accepted "
                            + "without a check.",
                    RETRY_AFTER);
        }
        fallbackLimiter.acquire(pending.account(), pending.request().objectCount());
        return pending.withoutCheck();
    }

    private static boolean needsNoAdmission(CanonicalRequest request) {
        return request.kind() == TaskKind.REFRESH && request.selector() == Selector.URL && !request.pushFollows();
    }

    private static ProblemException taskIdsTaken() {
        log.error("task ids were taken twice in a row; check that the clocks of all gateways are right");
        return ProblemException.unavailable("No free task ids were found. Retry later.", RETRY_AFTER);
    }
}
