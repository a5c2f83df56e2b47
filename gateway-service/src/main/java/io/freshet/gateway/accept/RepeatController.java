package io.freshet.gateway.accept;

import io.freshet.contracts.TaskId;
import io.freshet.fleet.Account;
import io.freshet.gateway.problem.Fault;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.request.QueryParameters;
import io.freshet.gateway.request.TaskIdParameter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
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

/** Asks again for what a task asked for. */
@RestController
@Tag(name = "requests")
class RepeatController {

    private final RecordedRequests recorded;
    private final Acceptance acceptance;
    private final Work work;

    RepeatController(RecordedRequests recorded, Acceptance acceptance, Work work) {
        this.recorded = recorded;
        this.acceptance = acceptance;
        this.work = work;
    }

    @PostMapping(path = "/v1/tasks/{taskId}/repeat", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            operationId = "repeat",
            summary = "Ask again for what a task asked for",
            description =
                    "The same objects in the same way, as a new request: charged again, by the rules, domains and tiers of"
                            + " today. A refresh that a push followed is followed by one again.")
    Mono<ResponseEntity<Accepted>> repeat(
            @RequestAttribute Account account,
            @PathVariable String taskId,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        TaskId id = TaskIdParameter.of(taskId);
        QueryParameters.of(request.getQueryParams()).end();
        @Nullable String key = IdempotencyKey.of(request.getHeaders());
        return recorded.find(account, id)
                .flatMap(found -> work.run(found.bytes(), body, bytes -> {
                    refuseAnyBody(bytes);
                    return acceptance.accept(account, key, recorded.read(account, found));
                }))
                .map(Accepted::answer);
    }

    private static void refuseAnyBody(byte[] body) {
        if (body.length > 0) {
            throw ProblemException.invalid(Fault.at("", "is not empty; the task says what is asked for"));
        }
    }
}
