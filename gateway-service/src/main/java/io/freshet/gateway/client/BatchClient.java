package io.freshet.gateway.client;

import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.contracts.batch.BatchChunk;
import io.freshet.contracts.batch.BatchEnd;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.BatchToOpen;
import io.freshet.contracts.batch.BatchView;
import io.freshet.contracts.batch.EndedBatch;
import io.freshet.contracts.batch.OpenedBatch;
import io.freshet.contracts.batch.RecordedChunk;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * HTTP client of task-service's uploads. Every call may be repeated, so it is retried while task-service does not
 * answer; if that lasts too long, it fails with a 503 problem.
 */
public class BatchClient {

    private static final Logger log = LoggerFactory.getLogger(BatchClient.class);
    /** A call can admit all tasks of a batch. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);

    private static final Duration RETRIED_FOR = Duration.ofSeconds(40);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final WebClient http;

    BatchClient(WebClient http) {
        this.http = http;
    }

    /** The result of opening a batch. */
    public sealed interface Opening {

        /** It takes the upload. */
        record OpenedUpload(OpenedBatch batch) implements Opening {}

        /** The idempotency key was used with another request. */
        record UsedKey(IdempotencyConflict conflict) implements Opening {}

        /** The account has used up the requests of this minute. */
        record TooManyRequests(RateExceeded excess) implements Opening {}
    }

    /** Opens a batch. */
    public Mono<Opening> open(BatchToOpen batch) {
        return call("/batches", batch, response -> switch (response.statusCode().value()) {
            case 200 -> response.bodyToMono(OpenedBatch.class).<Opening>map(Opening.OpenedUpload::new);
            case 409 -> response.bodyToMono(IdempotencyConflict.class).<Opening>map(Opening.UsedKey::new);
            case 429 -> response.bodyToMono(RateExceeded.class).<Opening>map(Opening.TooManyRequests::new);
            default -> response.createError();
        });
    }

    /** Reports the progress of an upload, with its next task. */
    public Mono<RecordedChunk> record(BatchId id, BatchChunk chunk) {
        return call("/batches/" + id + "/chunks", chunk, answerAs(RecordedChunk.class));
    }

    /** Ends an upload. */
    public Mono<EndedBatch> end(BatchId id, BatchEnd end) {
        return call("/batches/" + id + "/end", end, answerAs(EndedBatch.class));
    }

    /**
     * Cancels a batch and returns it as it is then: one that had finished is unchanged.
     *
     * @return a 404 problem if the account has no batch with this id, 503 if task-service does not answer
     */
    public Mono<BatchView> cancel(String account, BatchId id) {
        return http.post()
                .uri(path -> path.path("/batches/" + id + "/cancel")
                        .queryParam("account", "{account}")
                        .build(account))
                .exchangeToMono(response -> switch (response.statusCode()) {
                    case HttpStatus.OK -> response.bodyToMono(BatchView.class);
                    case HttpStatus.NOT_FOUND ->
                        response.releaseBody()
                                .then(Mono.error(() -> ProblemException.of(
                                        ProblemType.NOT_FOUND, "The account has no batch with this id.")));
                    default -> response.createError();
                })
                .timeout(CALL_TIMEOUT)
                .onErrorMap(error -> !(error instanceof ProblemException), BatchClient::notCancelled);
    }

    private static ProblemException notCancelled(Throwable error) {
        log.warn("task-service did not cancel a batch: {}", error.toString());
        return ProblemException.unavailable(
                "The task store did not confirm the cancellation. It may still take effect. Retrying is safe.",
                RETRY_AFTER);
    }

    private static <T> Function<ClientResponse, Mono<T>> answerAs(Class<T> type) {
        return response -> response.statusCode().is2xxSuccessful() ? response.bodyToMono(type) : response.createError();
    }

    private <T> Mono<T> call(String path, Object body, Function<ClientResponse, Mono<T>> answer) {
        return http.post()
                .uri(path)
                .bodyValue(body)
                .exchangeToMono(answer)
                .timeout(CALL_TIMEOUT)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .filter(BatchClient::mayPass))
                .timeout(RETRIED_FOR)
                .onErrorMap(error -> unavailable(path, error));
    }

    private static boolean mayPass(Throwable error) {
        return !(error instanceof WebClientResponseException answer)
                || answer.getStatusCode().is5xxServerError();
    }

    private static ProblemException unavailable(String path, Throwable error) {
        log.warn("task-service did not record an upload: POST {}: {}", path, error.toString());
        return ProblemException.unavailable(
                "The upload could not be recorded. What was accepted stays accepted. Retry it, with the same"
                        + " Idempotency-Key if it has one.",
                RETRY_AFTER);
    }
}
