package io.freshet.gateway.client;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionBatch;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedBatch;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;
import java.time.Duration;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * HTTP client of task-service's admissions: first from the cache of refusals, then in a batch, then alone.
 *
 * <p>A request is taken for undecidable, so that it may be published without admission, only if task-service has
 * answered nothing since it arrived: the connection was refused, the answer did not come in time, or it was a 502, 503
 * or 504 that does not say "overloaded". Any other failure is {@link AdmissionOutcome.Overloaded}, so that no account
 * lifts its quota by a flood.
 */
public class AdmissionClient {

    private static final String OVERLOADED = "urn:freshet:problem:overloaded";

    private final WebClient batches;
    private final WebClient singles;
    private final Duration timeout;
    private final RefusalCache refusals;
    private final AdmissionBatcher batcher = new AdmissionBatcher(this::admitBatch);
    private final SingleAdmissions single = new SingleAdmissions(this::admitAlone);
    /** {@link System#nanoTime()} of the newest answer. */
    private volatile long answeredAt;

    /**
     * Creates a client.
     *
     * @param batches client with connections of its own, so that a batch never waits for one
     */
    AdmissionClient(WebClient batches, WebClient singles, TaskServiceClientProperties settings) {
        this.batches = batches;
        this.singles = singles;
        this.timeout = settings.admissionTimeout();
        this.refusals = new RefusalCache(settings.refusalTtl(), System::nanoTime);
        this.answeredAt = System.nanoTime() - 1;
    }

    /** Requests an admission. Never fails. */
    public Mono<AdmissionOutcome> admit(AdmissionRequest request) {
        return Mono.defer(() -> refusals.refusal(request).map(Mono::just).orElseGet(() -> ask(request)));
    }

    private Mono<AdmissionOutcome> ask(AdmissionRequest request) {
        long arrivedAt = System.nanoTime();
        return batcher.admit(request)
                .flatMap(decision -> decision.map(Mono::just).orElseGet(() -> single.admit(request)))
                .map(outcome -> withPush(request, outcome))
                .timeout(timeout)
                .onErrorResume(error -> Mono.just(undecided(arrivedAt, error)))
                .doOnNext(outcome -> refusals.put(request, outcome));
    }

    private AdmissionOutcome undecided(long arrivedAt, Throwable error) {
        return answeredAt - arrivedAt >= 0
                ? new AdmissionOutcome.Overloaded(error.toString())
                : new AdmissionOutcome.Unavailable(error.toString());
    }

    /** Refuses an admission without the pushes: an older task-service ignores thenPush or pushCount. */
    private static AdmissionOutcome withPush(AdmissionRequest request, AdmissionOutcome outcome) {
        return outcome instanceof AdmissionOutcome.Granted(Admission admission)
                        && request.pushCount() > 0
                        && request.pushCount() != pushCount(admission)
                ? new AdmissionOutcome.Unavailable("the push that follows was not admitted")
                : outcome;
    }

    private static int pushCount(Admission admission) {
        return admission.tasks().stream().mapToInt(AdmittedTask::pushCount).sum();
    }

    private Mono<AdmittedBatch> admitBatch(AdmissionBatch batch) {
        return batches.post()
                .uri("/admissions/batches")
                .bodyValue(batch)
                .exchangeToMono(response -> response.statusCode().is2xxSuccessful()
                        ? answered(response.bodyToMono(AdmittedBatch.class))
                        : failure(response))
                .timeout(timeout);
    }

    private Mono<AdmissionOutcome> admitAlone(AdmissionRequest request) {
        return singles.post()
                .uri("/admissions")
                .bodyValue(request)
                .exchangeToMono(this::outcome)
                .timeout(timeout);
    }

    private Mono<AdmissionOutcome> outcome(ClientResponse response) {
        return switch (response.statusCode().value()) {
            case 200 -> answered(response.bodyToMono(Admission.class)).map(AdmissionOutcome.Granted::new);
            case 429 -> answered(response.bodyToMono(byte[].class)).map(AdmissionClient::limitExceeded);
            case 409 ->
                answered(response.bodyToMono(byte[].class).defaultIfEmpty(new byte[0]))
                        .map(AdmissionClient::conflict);
            default -> failure(response);
        };
    }

    private <T> Mono<T> answered(Mono<T> body) {
        return body.doOnNext(_ -> answeredAt = System.nanoTime());
    }

    /** Fails with the status; a failure that is no outage counts as an answer. */
    private <T> Mono<T> failure(ClientResponse response) {
        HttpStatusCode status = response.statusCode();
        return response.bodyToMono(String.class).defaultIfEmpty("").flatMap(body -> {
            if (!isOutage(status.value(), body)) {
                answeredAt = System.nanoTime();
            }
            return Mono.error(new IllegalStateException("status " + status));
        });
    }

    private static boolean isOutage(int status, String body) {
        return status >= 502 && status <= 504 && !body.contains(OVERLOADED);
    }

    /** Distinguishes the two bodies of 429: only that of the quota names a quota. */
    @SuppressWarnings("NullAway") // the quota is null in a body of the other shape
    private static AdmissionOutcome limitExceeded(byte[] body) {
        QuotaExceeded quota = JsonMapping.mapper().readValue(body, QuotaExceeded.class);
        return quota.quota() == null
                ? new AdmissionOutcome.OverRateLimit(JsonMapping.mapper().readValue(body, RateExceeded.class))
                : new AdmissionOutcome.OverQuota(quota);
    }

    /** Distinguishes the two bodies of 409: only that of the idempotency key names a request. */
    @SuppressWarnings("NullAway") // the request id is null in a body of the other shape
    private static AdmissionOutcome conflict(byte[] body) {
        try {
            IdempotencyConflict conflict = JsonMapping.mapper().readValue(body, IdempotencyConflict.class);
            return conflict.requestId() == null
                    ? new AdmissionOutcome.TaskIdsTaken()
                    : new AdmissionOutcome.KeyReused(conflict);
        } catch (JacksonException e) {
            return new AdmissionOutcome.TaskIdsTaken();
        }
    }
}
