package io.freshet.gateway.accept;

import io.freshet.contracts.TaskId;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.openapi.CreatesTasks;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.canonical.CanonicalRequest;
import io.freshet.gateway.request.query.QueryParameters;
import io.freshet.gateway.request.query.TaskIdParameter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Endpoints that make a new request of a stored task: of all its objects, or of those that have failed. */
@RestController
@Tag(name = "requests")
class RepeatController {

    private final StoredRequestReader storedRequests;
    private final RequestAcceptor acceptor;
    private final BlockingWork blockingWork;
    private final Clock clock;

    RepeatController(
            StoredRequestReader storedRequests, RequestAcceptor acceptor, BlockingWork blockingWork, Clock clock) {
        this.storedRequests = storedRequests;
        this.acceptor = acceptor;
        this.blockingWork = blockingWork;
        this.clock = clock;
    }

    @PostMapping(path = "/v1/tasks/{taskId}/repeat", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @CreatesTasks
    @ApiProblems({ProblemType.NOT_REPEATABLE, ProblemType.UNSUPPORTED_BY_NODES})
    @Operation(
            operationId = "repeat",
            summary = "Repeat the request of a task",
            description = "Makes a new request for the same objects with the same options. It is charged again and "
                    + "checked against the"
                    + " current limits, domains and tiers. A refresh with thenPush is repeated with it.")
    Mono<ResponseEntity<AcceptedRequest>> repeat(
            @RequestAttribute Account account,
            @PathVariable String taskId,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        TaskId id = TaskIdParameter.of(taskId);
        return accept(account, request, body, storedRequests.find(account, id), UnaryOperator.identity());
    }

    @PostMapping(path = "/v1/tasks/{taskId}/retry", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @CreatesTasks
    @ApiProblems({ProblemType.NOT_REPEATABLE, ProblemType.NOTHING_TO_RETRY, ProblemType.UNSUPPORTED_BY_NODES})
    @Operation(
            operationId = "retry",
            summary = "Retry the failed objects of a task",
            description = "Makes a new request for the objects that have failed by now, with the same options; its"
                    + " task has the option `retryOf`. Charged and checked as any request. If the task still runs,"
                    + " objects that fail later are not part of it.")
    Mono<ResponseEntity<AcceptedRequest>> retry(
            @RequestAttribute Account account,
            @PathVariable String taskId,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        TaskId id = TaskIdParameter.of(taskId);
        return accept(account, request, body, storedRequests.findFailed(account, id), failed -> failed.retrying(id));
    }

    private Mono<ResponseEntity<AcceptedRequest>> accept(
            Account account,
            ServerHttpRequest request,
            Mono<byte[]> body,
            Mono<StoredRequestReader.StoredRequest> found,
            UnaryOperator<CanonicalRequest> change) {
        QueryParameters.of(request).verify();
        @Nullable String key = IdempotencyKey.of(request.getHeaders());
        return found.flatMap(stored -> blockingWork.run(stored.bytes(), body, bytes -> {
                    requireNoBody(bytes);
                    return acceptor.accept(account, key, change.apply(storedRequests.validate(account, stored)));
                }))
                .map(accepted -> accepted.toResponse(clock.instant()));
    }

    private static void requireNoBody(byte[] body) {
        if (body.length > 0) {
            throw ProblemException.invalid(Violation.at("", "must be empty; the task has the objects and options"));
        }
    }
}
