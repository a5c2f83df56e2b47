package io.freshet.gateway.cancel;

import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.BatchView;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.client.BatchClient;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.query.BatchIdParameter;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
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

/** Endpoint that cancels a batch. task-service publishes the cancellations of its tasks. */
@RestController
@Tag(name = "batches")
class BatchCancellationController {

    private final BatchClient batches;
    private final BlockingWork blockingWork;

    BatchCancellationController(BatchClient batches, BlockingWork blockingWork) {
        this.batches = batches;
        this.blockingWork = blockingWork;
    }

    @PostMapping(path = "/v1/batches/{batchId}/cancel", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @ApiProblems({ProblemType.NOT_CANCELLABLE, ProblemType.DOMAIN_NOT_ALLOWED})
    @Operation(
            operationId = "cancelBatch",
            summary = "Cancel a batch that has not finished",
            description = "An upload in progress ends, and no further line is accepted. All tasks that have not"
                    + " finished are cancelled, each as by /v1/tasks/{taskId}/cancel. May be repeated.")
    Mono<BatchView> cancel(
            @RequestAttribute Account account,
            @PathVariable String batchId,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        BatchId id = BatchIdParameter.of(batchId);
        QueryParameters.of(request).verify();
        return blockingWork
                .run(body, bytes -> {
                    CancellationController.requireNoBody(bytes);
                    return id;
                })
                .flatMap(empty -> batches.cancel(account.id(), empty))
                .map(BatchCancellationController::requireCancelled);
    }

    private static BatchView requireCancelled(BatchView batch) {
        if (batch.status() == TaskStatus.COMPLETE || batch.status() == TaskStatus.FAILED) {
            String how = batch.status() == TaskStatus.COMPLETE ? "became complete" : "failed";
            String when = batch.finishedAt() == null ? "" : " at " + batch.finishedAt();
            throw ProblemException.of(
                    ProblemType.NOT_CANCELLABLE,
                    "Batch " + batch.batchId() + " " + how + when + ", so nothing is left to cancel.");
        }
        return batch;
    }
}
