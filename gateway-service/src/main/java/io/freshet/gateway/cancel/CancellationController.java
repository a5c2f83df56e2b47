package io.freshet.gateway.cancel;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.task.TaskOptions;
import io.freshet.contracts.task.TaskView;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.client.PermittedTasks;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.query.QueryParameters;
import io.freshet.gateway.request.query.TaskIdParameter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Endpoint that cancels a task. It needs the task store, which knows whose task it is. */
@RestController
@Tag(name = "requests")
class CancellationController {

    private final PermittedTasks tasks;
    private final TaskCanceller canceller;
    private final BlockingWork blockingWork;

    CancellationController(PermittedTasks tasks, TaskCanceller canceller, BlockingWork blockingWork) {
        this.tasks = tasks;
        this.canceller = canceller;
        this.blockingWork = blockingWork;
    }

    /** A cancellation that Kafka has acknowledged. */
    @Schema(name = "Cancellation")
    record AcceptedCancellation(
            @Schema(type = "string", example = "912345678901234567")
            TaskId taskId,

            Instant cancelledAt) {}

    @PostMapping(path = "/v1/tasks/{taskId}/cancel", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @ApiProblems({ProblemType.NOT_CANCELLABLE, ProblemType.DOMAIN_NOT_ALLOWED})
    @Operation(
            operationId = "cancel",
            summary = "Cancel a task that has not finished",
            description = "Within two seconds nothing more of it is sent; requests in flight end and are counted. The "
                    + "task is then `cancelled`, unless nothing was left to cancel. A push that waits for the task is"
                    + " cancelled with it. Objects that no node was sent are given back to the quota. May be repeated.")
    Mono<AcceptedCancellation> cancel(
            @RequestAttribute Account account,
            @PathVariable String taskId,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        TaskId id = TaskIdParameter.of(taskId);
        QueryParameters.of(request).verify();
        return tasks.task(account, id)
                .flatMap(task -> blockingWork.run(body, bytes -> {
                    requireNoBody(bytes);
                    return new AcceptedCancellation(id, cancel(account, task));
                }));
    }

    static void requireNoBody(byte[] body) {
        if (body.length > 0) {
            throw ProblemException.invalid(Violation.at("", "must be empty"));
        }
    }

    /** Returns the time of the first cancellation. */
    private Instant cancel(Account account, TaskView task) {
        return switch (task.status()) {
            case PENDING, RUNNING -> canceller.cancel(account, List.of(task.taskId()));
            case CANCELLED -> task.finishedAt() == null ? task.createdAt() : task.finishedAt();
            case COMPLETE -> throw finished(task, "became complete");
            case FAILED -> throw finished(task, "failed");
        };
    }

    private static ProblemException finished(TaskView task, String how) {
        String when = task.finishedAt() == null ? "" : " at " + task.finishedAt();
        TaskOptions options = task.options();
        String push = options == null || options.thenPush() == null
                ? ""
                : " The push " + options.thenPush().taskId() + " that follows it is a task of its own.";
        return ProblemException.of(
                ProblemType.NOT_CANCELLABLE,
                "Task " + task.taskId() + " " + how + when + ", so nothing is left to cancel." + push);
    }
}
