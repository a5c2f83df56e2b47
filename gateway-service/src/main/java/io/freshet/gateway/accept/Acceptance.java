package io.freshet.gateway.accept;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.fleet.Account;
import io.freshet.gateway.client.AdmissionOutcome;
import io.freshet.gateway.client.TaskServiceClient;
import io.freshet.gateway.live.LiveTasks;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.CanonicalRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Accepts requests: asks for admission, writes the log, and only then says yes. Blocks, so it runs on threads of its own. */
@Component
public class Acceptance {

    private static final Logger log = LoggerFactory.getLogger(Acceptance.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final TaskIds ids;
    private final TaskServiceClient taskService;
    private final UnadmittedLimit unadmittedLimit;
    private final CommandLog commandLog;
    private final LiveTasks liveTasks;

    Acceptance(
            TaskIds ids,
            TaskServiceClient taskService,
            UnadmittedLimit unadmittedLimit,
            CommandLog commandLog,
            LiveTasks liveTasks) {
        this.ids = ids;
        this.taskService = taskService;
        this.unadmittedLimit = unadmittedLimit;
        this.commandLog = commandLog;
        this.liveTasks = liveTasks;
    }

    /**
     * Accepts a request as a whole.
     *
     * @throws ProblemException if it is refused, or nobody can say whether it will happen
     */
    public Accepted accept(Account account, @Nullable String idempotencyKey, CanonicalRequest request) {
        Draft draft = Draft.of(account, idempotencyKey, request, ids);
        AdmissionOutcome outcome = ask(draft);
        if (outcome instanceof AdmissionOutcome.IdsTaken) {
            // Another gateway has drawn the same number and was as quick; twice in a row is no accident.
            draft = draft.again(ids);
            outcome = ask(draft);
        }
        Admission admission = admissionOf(draft, outcome);
        commandLog.write(draft.commands(admission));
        show(draft, admission);
        return draft.answer(admission);
    }

    private AdmissionOutcome ask(Draft draft) {
        return requireNonNull(taskService.admit(draft.toAdmit()).block());
    }

    private Admission admissionOf(Draft draft, AdmissionOutcome outcome) {
        return switch (outcome) {
            case AdmissionOutcome.Admitted(Admission admission) -> admission;
            case AdmissionOutcome.KeyReused(IdempotencyConflict conflict) -> throw keyReused(conflict);
            case AdmissionOutcome.OverQuota(QuotaExceeded excess) -> throw overQuota(excess);
            case AdmissionOutcome.TooFast(RateExceeded excess) -> throw tooFast(excess);
            case AdmissionOutcome.IdsTaken() -> throw idsTaken();
            case AdmissionOutcome.Unavailable(String why) -> withoutAdmission(draft, why);
        };
    }

    /** Stale content is worse than an overdrawn quota, so a URL refresh goes on; its charge is booked when its command is read. */
    private Admission withoutAdmission(Draft draft, String why) {
        log.warn("task-service has not answered an admission: {}", why);
        if (!goesOnWithoutAdmission(draft.request())) {
            throw ProblemException.unavailable(
                    "quotas cannot be checked at the moment, and only refreshes of URLs that no push follows go on without",
                    RETRY_AFTER);
        }
        unadmittedLimit.take(draft.account(), draft.request().objectCount());
        return draft.unadmitted();
    }

    private static boolean goesOnWithoutAdmission(CanonicalRequest request) {
        return request.kind() == TaskKind.REFRESH && request.selector() == Selector.URL && !request.pushFollows();
    }

    private static ProblemException idsTaken() {
        log.error("task ids were taken twice in a row: are there two gateways with one node-number?");
        return ProblemException.unavailable("no free task ids were found", RETRY_AFTER);
    }

    private static ProblemException keyReused(IdempotencyConflict conflict) {
        return ProblemException.of(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "this key came with another body before, and stays its own until it expires")
                .with(Map.of("requestId", conflict.requestId(), "keyExpiresAt", conflict.keyExpiresAt()));
    }

    private static ProblemException overQuota(QuotaExceeded excess) {
        return ProblemException.of(
                        ProblemType.QUOTA_EXCEEDED,
                        "the request asks for " + excess.requested() + " and the day has " + excess.remaining()
                                + " left")
                .with(Map.of(
                        "quota", excess.quota(),
                        "limit", excess.limit(),
                        "used", excess.used(),
                        "requested", excess.requested(),
                        "remaining", excess.remaining(),
                        "resetsAt", excess.resetsAt()))
                .retryAfter(Duration.between(Instant.now(), excess.resetsAt()))
                .headers(RateLimitHeaders.of(excess.limit(), excess.remaining(), excess.resetsAt()));
    }

    private static ProblemException tooFast(RateExceeded excess) {
        return ProblemException.of(
                        ProblemType.RATE_LIMITED,
                        "the account may make " + excess.requestsPerMinute() + " requests a minute, and has")
                .with(Map.of("limit", excess.requestsPerMinute(), "resetsAt", excess.resetsAt()))
                .retryAfter(Duration.between(Instant.now(), excess.resetsAt()))
                .headers(RateLimitHeaders.of(excess.requestsPerMinute(), 0, excess.resetsAt()));
    }

    private void show(Draft draft, Admission admission) {
        List<TaskView> tasks = admission.tasks().stream()
                .filter(task -> !task.inLog())
                .flatMap(task -> pending(draft.request(), task, admission.acceptedAt()))
                .toList();
        liveTasks.accepted(draft.account().id(), tasks);
    }

    /** The task, and the push that follows it. */
    private static Stream<TaskView> pending(CanonicalRequest request, AdmittedTask task, Instant acceptedAt) {
        TaskView asked = pending(task.taskId(), request.kind(), request.selector(), task, null, acceptedAt);
        return task.thenPush() == null
                ? Stream.of(asked)
                : Stream.of(
                        asked,
                        pending(
                                task.thenPush(),
                                TaskKind.PUSH,
                                Selector.URL,
                                task,
                                TaskView.waitsFor(task.taskId()),
                                acceptedAt));
    }

    private static TaskView pending(
            TaskId id,
            TaskKind kind,
            Selector selector,
            AdmittedTask task,
            @Nullable String description,
            Instant acceptedAt) {
        return new TaskView(
                id,
                kind,
                selector,
                task.domain(),
                TaskStatus.PENDING,
                0,
                task.objectCount(),
                0,
                0,
                List.of(),
                description,
                acceptedAt,
                null,
                null,
                null);
    }
}
