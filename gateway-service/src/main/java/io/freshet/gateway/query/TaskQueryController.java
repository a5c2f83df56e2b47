package io.freshet.gateway.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.contracts.url.Canonicaliser;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.client.PermittedTasks;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.query.QueryParameters;
import io.freshet.gateway.request.query.TaskIdParameter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Endpoints that query tasks and their objects. */
@RestController
@Tag(name = "tasks", description = "Tasks and their progress")
@ApiProblems(ProblemType.DOMAIN_NOT_ALLOWED)
class TaskQueryController {

    private static final int MAX_TASKS = 100;
    private static final int MAX_OBJECTS = 1_000;
    private static final int MAX_PAGE_TOKEN = 512;
    private static final int MAX_DOMAIN = 262;
    private static final int MAX_ID = 19;
    static final String CSV = "RFC 4180, with a header line. A cell that a spreadsheet would take for a formula "
            + "begins with an apostrophe. A response that ends early was cut off by an error.";

    private final PermittedTasks tasks;
    private final Canonicaliser canonicaliser;

    TaskQueryController(PermittedTasks tasks, Canonicaliser canonicaliser) {
        this.tasks = tasks;
        this.canonicaliser = canonicaliser;
    }

    @GetMapping(path = "/v1/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "tasks", summary = "The account's tasks, newest first")
    @TaskFilterParameters
    @Parameter(
            in = ParameterIn.QUERY,
            name = "limit",
            schema = @Schema(type = "integer", minimum = "1", maximum = "100"))
    @PageTokenParameter
    Mono<TaskPage> tasks(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        Map<String, String> query = taskFilter(request)
                .number("limit", 1, MAX_TASKS)
                .string("pageToken", MAX_PAGE_TOKEN)
                .verify();
        return tasks.tasks(account, query);
    }

    @GetMapping(path = "/v1/tasks.csv", produces = Csv.MEDIA_TYPE)
    @Operation(
            operationId = "tasksCsv",
            summary = "All of the account's tasks that match, newest first, as CSV",
            description = CSV)
    @TaskFilterParameters
    Mono<ResponseEntity<Flux<String>>> csv(
            @RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        Map<String, String> query = new HashMap<>(taskFilter(request).verify());
        query.put("limit", Integer.toString(MAX_TASKS));
        // The first page is read before the response begins, so that a failing task store is a problem and not half a
        // file.
        return tasks.tasks(account, query)
                .map(first -> Csv.file(
                        "freshet-tasks.csv",
                        TaskCsv.of(ListingPages.from(
                                first, TaskPage::nextPageToken, query, next -> tasks.tasks(account, next)))));
    }

    private QueryParameters taskFilter(ServerHttpRequest request) {
        return QueryParameters.of(request)
                .enumValue("kind", TaskKind.class)
                .enumValue("type", Selector.class)
                .enumValue("status", TaskStatus.class)
                .string("domain", MAX_DOMAIN)
                .object("object", canonicaliser)
                .instant("from")
                .instant("to")
                .string("batchId", MAX_ID);
    }

    @GetMapping(path = "/v1/tasks/{taskId}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "task", summary = "One task")
    Mono<TaskView> task(
            @RequestAttribute Account account,
            @PathVariable String taskId,
            @Parameter(hidden = true) ServerHttpRequest request) {
        TaskId id = TaskIdParameter.of(taskId);
        QueryParameters.of(request).verify();
        return tasks.task(account, id);
    }

    @GetMapping(path = "/v1/tasks/{taskId}/objects", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "objects", summary = "The objects of a task, in its order")
    @Parameter(
            in = ParameterIn.QUERY,
            name = "status",
            schema = @Schema(allowableValues = {"pending", "running", "complete", "cancelled", "failed"}))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "limit",
            schema = @Schema(type = "integer", minimum = "1", maximum = "1000"))
    @PageTokenParameter
    Mono<ObjectPage> objects(
            @RequestAttribute Account account,
            @PathVariable String taskId,
            @Parameter(hidden = true) ServerHttpRequest request) {
        TaskId id = TaskIdParameter.of(taskId);
        Map<String, String> query = QueryParameters.of(request)
                .enumValue("status", TaskStatus.class)
                .number("limit", 1, MAX_OBJECTS)
                .string("pageToken", MAX_PAGE_TOKEN)
                .verify();
        return tasks.objects(account, id, query);
    }

    @GetMapping(path = "/v1/tasks/{taskId}/objects.csv", produces = Csv.MEDIA_TYPE)
    @Operation(
            operationId = "objectsCsv",
            summary = "All objects of a task and what nodes answered to their purges, as CSV",
            description = CSV)
    Mono<ResponseEntity<Flux<String>>> objectsCsv(
            @RequestAttribute Account account,
            @PathVariable String taskId,
            @Parameter(hidden = true) ServerHttpRequest request) {
        TaskId id = TaskIdParameter.of(taskId);
        QueryParameters.of(request).verify();
        Map<String, String> query = Map.of("limit", Integer.toString(MAX_OBJECTS));
        return tasks.objects(account, id, query)
                .map(first -> Csv.file(
                        "freshet-task-" + id + ".csv",
                        ObjectCsv.of(ListingPages.from(
                                first, ObjectPage::nextPageToken, query, next -> tasks.objects(account, id, next)))));
    }
}
