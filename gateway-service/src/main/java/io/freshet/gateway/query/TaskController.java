package io.freshet.gateway.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.fleet.Account;
import io.freshet.gateway.client.TaskServiceClient;
import io.freshet.gateway.request.Canonicaliser;
import io.freshet.gateway.request.QueryParameters;
import io.freshet.gateway.request.TaskIdParameter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What became of tasks. */
@RestController
@Tag(name = "tasks", description = "What became of requests")
class TaskController {

    private static final int MAX_TASKS = 100;
    private static final int MAX_OBJECTS = 1_000;
    private static final int MAX_CURSOR = 512;
    private static final int MAX_DOMAIN = 262;

    private final TaskServiceClient taskService;
    private final Canonicaliser canonicaliser;

    TaskController(TaskServiceClient taskService, Canonicaliser canonicaliser) {
        this.taskService = taskService;
        this.canonicaliser = canonicaliser;
    }

    @GetMapping(path = "/v1/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "tasks", summary = "The account's tasks, newest first")
    @TaskFilterParameters
    @Parameter(
            in = ParameterIn.QUERY,
            name = "limit",
            schema = @Schema(type = "integer", minimum = "1", maximum = "100"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "cursor",
            description = "The nextPageToken of the page before",
            schema = @Schema(type = "string"))
    Mono<TaskPage> tasks(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        Map<String, String> query = filter(request)
                .number("limit", 1, MAX_TASKS)
                .text("cursor", MAX_CURSOR)
                .end();
        return taskService.tasks(account.id(), query);
    }

    @GetMapping(path = "/v1/tasks.csv", produces = TaskCsv.MEDIA_TYPE)
    @Operation(
            operationId = "tasksCsv",
            summary = "All of the account's tasks that match, newest first, as CSV",
            description =
                    "As RFC 4180 has it, with a line of names. A cell that a spreadsheet would take for a formula begins with an"
                            + " apostrophe. What ends before its time was cut off by a fault.")
    @TaskFilterParameters
    Mono<ResponseEntity<Flux<String>>> csv(
            @RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        Map<String, String> query = new HashMap<>(filter(request).end());
        query.put("limit", Integer.toString(MAX_TASKS));
        // Asked for before the answer begins, so that a record that is away is a problem and not half a file.
        return taskService
                .tasks(account.id(), query)
                .map(first -> ResponseEntity.ok()
                        .cacheControl(CacheControl.noStore())
                        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"freshet-tasks.csv\"")
                        .body(TaskCsv.of(pagesFrom(first, account.id(), query))));
    }

    /** The page and those that follow it, each asked for when the one before has been written. */
    private Flux<TaskPage> pagesFrom(TaskPage first, String account, Map<String, String> query) {
        return Mono.just(first).expand(page -> {
            if (page.nextPageToken() == null) {
                return Mono.empty();
            }
            Map<String, String> next = new HashMap<>(query);
            next.put("cursor", page.nextPageToken());
            return taskService.tasks(account, next);
        });
    }

    private QueryParameters filter(ServerHttpRequest request) {
        return QueryParameters.of(request.getQueryParams())
                .word("kind", TaskKind.class)
                .word("type", Selector.class)
                .word("status", TaskStatus.class)
                .text("domain", MAX_DOMAIN)
                .url("object", canonicaliser)
                .instant("from")
                .instant("to");
    }

    @GetMapping(path = "/v1/tasks/{taskId}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "task", summary = "One task")
    Mono<TaskView> task(
            @RequestAttribute Account account,
            @PathVariable String taskId,
            @Parameter(hidden = true) ServerHttpRequest request) {
        TaskId id = TaskIdParameter.of(taskId);
        QueryParameters.of(request.getQueryParams()).end();
        return taskService.task(account.id(), id);
    }

    @GetMapping(path = "/v1/tasks/{taskId}/objects", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "objects", summary = "The objects of a task, in its order")
    @Parameter(
            in = ParameterIn.QUERY,
            name = "status",
            schema = @Schema(allowableValues = {"pending", "running", "complete", "failed"}))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "limit",
            schema = @Schema(type = "integer", minimum = "1", maximum = "1000"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "cursor",
            description = "The nextPageToken of the page before",
            schema = @Schema(type = "string"))
    Mono<ObjectPage> objects(
            @RequestAttribute Account account,
            @PathVariable String taskId,
            @Parameter(hidden = true) ServerHttpRequest request) {
        TaskId id = TaskIdParameter.of(taskId);
        Map<String, String> query = QueryParameters.of(request.getQueryParams())
                .word("status", TaskStatus.class)
                .number("limit", 1, MAX_OBJECTS)
                .text("cursor", MAX_CURSOR)
                .end();
        return taskService.objects(account.id(), id, query);
    }
}
