package io.freshet.gateway.live;

import io.freshet.contracts.TaskId;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.auth.TokenRevocations;
import io.freshet.gateway.request.query.QueryParameters;
import io.freshet.gateway.request.query.TaskIdParameter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Endpoints that stream task events. */
@RestController
@Tag(name = "tasks")
class TaskEventController {

    private final LiveTaskService service;
    private final TokenRevocations revocations;

    TaskEventController(LiveTaskService service, TokenRevocations revocations) {
        this.revocations = revocations;
        this.service = service;
    }

    @GetMapping(path = "/v1/tasks/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            operationId = "taskEvents",
            summary = "Stream of the account's tasks",
            description = "Begins with the newest tasks. Each event `task` is the complete state of one task.")
    @ApiResponse(
            responseCode = "200",
            description = "Events named `task`",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = TaskState.class)))
    Flux<ServerSentEvent<TaskState>> events(
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) ServerHttpResponse response) {
        return stream(account, null, request, response);
    }

    @GetMapping(path = "/v1/tasks/{taskId}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            operationId = "taskEventsOf",
            summary = "Stream of one task",
            description = "Begins with its state. Ends when the task is complete, but not when it has failed or was "
                    + "cancelled, since catch-up or requests in flight may still complete it.")
    @ApiResponse(
            responseCode = "200",
            description = "Events named `task`",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = TaskState.class)))
    Flux<ServerSentEvent<TaskState>> eventsOf(
            @RequestAttribute Account account,
            @PathVariable String taskId,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) ServerHttpResponse response) {
        return stream(account, TaskIdParameter.of(taskId), request, response);
    }

    private Flux<ServerSentEvent<TaskState>> stream(
            Account account, @Nullable TaskId task, ServerHttpRequest request, ServerHttpResponse response) {
        QueryParameters.of(request).verify();
        response.getHeaders().setCacheControl(CacheControl.noStore());
        // Keeps proxies from buffering events.
        response.getHeaders().set("X-Accel-Buffering", "no");
        return service.stream(new StreamKey(account.id(), task)).takeUntilOther(revocations.of(request, account));
    }
}
