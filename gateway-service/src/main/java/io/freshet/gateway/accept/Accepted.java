package io.freshet.gateway.accept;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;

/**
 * The answer to an accepted request.
 *
 * @param requestId the first one's, when the request repeats one
 * @param tasks one per domain, in the order of the request
 */
@Schema(name = "Accepted")
public record Accepted(UUID requestId, List<AcceptedTask> tasks) {

    public Accepted {
        tasks = List.copyOf(tasks);
    }

    /** One domain's objects. */
    @Schema(name = "AcceptedTask")
    public record AcceptedTask(
            @Schema(type = "string", example = "912345678901234567")
            TaskId taskId,

            @Schema(example = "www.example.com") String domain,
            Selector type,
            int objectCount) {}
}
