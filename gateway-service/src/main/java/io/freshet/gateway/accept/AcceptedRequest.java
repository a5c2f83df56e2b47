package io.freshet.gateway.accept;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.QuotaLeft;
import io.freshet.gateway.openapi.CreatesTasks;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/**
 * The answer to an accepted request.
 *
 * @param requestId id of the request; of the first one if the idempotency key was used before
 * @param tasks one for each domain, in the order of the request
 * @param isReplay whether the idempotency key was used before: the tasks are those of the first request
 * @param quotaLeft for the headers of the answer; null if the request was accepted without admission
 */
@Schema(name = "Accepted")
public record AcceptedRequest(
        UUID requestId,
        List<AcceptedTask> tasks,
        @JsonIgnore @Schema(hidden = true) boolean isReplay,

        @JsonIgnore @Schema(hidden = true) @Nullable QuotaLeft quotaLeft) {

    public AcceptedRequest {
        tasks = List.copyOf(tasks);
    }

    /**
     * Returns 202 with the rate-limit headers, with the location of the task if there is only one, and with a mark if
     * the request is a replay.
     */
    ResponseEntity<AcceptedRequest> toResponse(Instant now) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.accepted();
        if (tasks.size() == 1) {
            answer.location(URI.create("/v1/tasks/" + tasks.getFirst().taskId()));
        }
        if (isReplay) {
            answer.header(CreatesTasks.REPLAYED, "true");
        }
        if (quotaLeft != null) {
            RateLimitHeaders.of(quotaLeft.limit(), quotaLeft.remaining(), quotaLeft.resetsAt(), now)
                    .forEach(answer::header);
        }
        return answer.body(this);
    }

    /**
     * The task of one domain's objects.
     *
     * @param thenPush the push that follows; null if the request asked for none
     */
    @Schema(name = "AcceptedTask")
    public record AcceptedTask(
            @Schema(type = "string", example = "912345678901234567")
            TaskId taskId,

            @Schema(example = "www.example.com") String domain,
            Selector type,
            int objectCount,

            @Schema(description = "The push that follows; absent if the request asked for none") @Nullable
            AcceptedPush thenPush) {}

    /** The task of a push that follows a refresh; pending until the refresh has settled. */
    @Schema(name = "AcceptedThenPush")
    public record AcceptedPush(
            @Schema(type = "string", example = "912345678901234568")
            TaskId taskId,

            int objectCount) {}
}
