package io.freshet.gateway.live;

import io.freshet.contracts.TaskId;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.auth.Caller;
import io.freshet.gateway.auth.TokenRights;
import io.freshet.gateway.client.PermittedTasks;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.query.QueryParameters;
import io.freshet.gateway.request.query.TaskIdParameter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
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
@ApiProblems(ProblemType.DOMAIN_NOT_ALLOWED)
class TaskEventController {

    private final LiveTaskService service;
    private final PermittedTasks tasks;
    private final Clock clock;

    TaskEventController(LiveTaskService service, PermittedTasks tasks, Clock clock) {
        this.service = service;
        this.tasks = tasks;
        this.clock = clock;
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
            @RequestAttribute Caller caller,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) ServerHttpResponse response) {
        return stream(caller, null, request, response);
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
            @RequestAttribute Caller caller,
            @PathVariable String taskId,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) ServerHttpResponse response) {
        return stream(caller, TaskIdParameter.of(taskId), request, response);
    }

    private Flux<ServerSentEvent<TaskState>> stream(
            Caller caller, @Nullable TaskId task, ServerHttpRequest request, ServerHttpResponse response) {
        QueryParameters.of(request).verify();
        response.getHeaders().setCacheControl(CacheControl.noStore());
        // Keeps proxies from buffering events.
        response.getHeaders().set("X-Accel-Buffering", "no");
        Account account = caller.account();
        Flux<ServerSentEvent<TaskState>> events = service.stream(new StreamKey(account.id(), task));
        if (account.isLimitedToDomains()) {
            events = task == null
                    ? events.filter(event -> isAllowed(account, event.data()))
                    : tasks.task(account, task).thenMany(events);
        }
        return events.takeUntilOther(caller.untilExpired(clock));
    }

    /** Returns whether the token allows an event: one of a task whose domain is not known yet is left out. */
    private static boolean isAllowed(Account account, @Nullable TaskState state) {
        return state == null || state.domain() != null && TokenRights.allowsDomain(account, state.domain());
    }
}
