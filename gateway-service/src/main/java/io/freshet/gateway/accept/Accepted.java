package io.freshet.gateway.accept;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.QuotaLeft;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/**
 * The answer to an accepted request.
 *
 * @param requestId the first one's, when the request repeats one
 * @param tasks one per domain, in the order of the request
 * @param left of the quota, for the headers of the answer; null if nobody could be asked
 */
@Schema(name = "Accepted")
public record Accepted(
        UUID requestId,
        List<AcceptedTask> tasks,

        @JsonIgnore @Schema(hidden = true) @Nullable QuotaLeft left) {

    public Accepted {
        tasks = List.copyOf(tasks);
    }

    /** 202, with the task as its location if there is just one, and with what the day has left. */
    ResponseEntity<Accepted> answer() {
        ResponseEntity.BodyBuilder answer = ResponseEntity.accepted();
        if (tasks.size() == 1) {
            answer.location(URI.create("/v1/tasks/" + tasks.getFirst().taskId()));
        }
        if (left != null) {
            RateLimitHeaders.of(left.limit(), left.remaining(), left.resetsAt()).forEach(answer::header);
        }
        return answer.body(this);
    }

    /**
     * One domain's objects.
     *
     * @param thenPush the push that follows; null where none was asked for
     */
    @Schema(name = "AcceptedTask")
    public record AcceptedTask(
            @Schema(type = "string", example = "912345678901234567")
            TaskId taskId,

            @Schema(example = "www.example.com") String domain,
            Selector type,
            int objectCount,

            @Schema(description = "The push that follows; absent where none was asked for") @Nullable
            ThenPush thenPush) {}

    /** The task of a push that follows a refresh; pending until it begins. */
    @Schema(name = "AcceptedThenPush")
    public record ThenPush(
            @Schema(type = "string", example = "912345678901234568")
            TaskId taskId) {}
}
