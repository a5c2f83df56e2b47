package io.freshet.gateway.query;

import io.freshet.contracts.batch.BadLine;
import io.freshet.contracts.batch.BadLinePage;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.BatchPage;
import io.freshet.contracts.batch.BatchView;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.client.TaskServiceClient;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.query.BatchIdParameter;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Endpoints that query batches and their bad lines. */
@RestController
@Tag(name = "batches")
@ApiProblems(ProblemType.DOMAIN_NOT_ALLOWED)
class BatchQueryController {

    private static final int MAX_BATCHES = 100;
    private static final int MAX_PAGE_TOKEN = 512;
    private static final Map<String, String> PAGE_OF_LINES = Map.of("limit", "1000");

    private final TaskServiceClient taskService;

    BatchQueryController(TaskServiceClient taskService) {
        this.taskService = taskService;
    }

    @GetMapping(path = "/v1/batches", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "batches", summary = "The account's batches, newest first")
    @Parameter(
            in = ParameterIn.QUERY,
            name = "limit",
            schema = @Schema(type = "integer", minimum = "1", maximum = "100"))
    @PageTokenParameter
    Mono<BatchPage> batches(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        Map<String, String> query = QueryParameters.of(request)
                .number("limit", 1, MAX_BATCHES)
                .string("pageToken", MAX_PAGE_TOKEN)
                .verify();
        return taskService.batches(account.id(), query);
    }

    @GetMapping(path = "/v1/batches/{batchId}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "batch",
            summary = "One batch",
            description = "Its upload, and the sums of its tasks. The tasks are listed by /v1/tasks?batchId=")
    Mono<BatchView> batch(
            @RequestAttribute Account account,
            @PathVariable String batchId,
            @Parameter(hidden = true) ServerHttpRequest request) {
        BatchId id = BatchIdParameter.of(batchId);
        QueryParameters.of(request).verify();
        return taskService.batch(account.id(), id);
    }

    @GetMapping(path = "/v1/batches/{batchId}/errors", produces = MediaType.APPLICATION_NDJSON_VALUE)
    @Operation(
            operationId = "batchErrors",
            summary = "The first bad lines of a batch, by number",
            description = "At most 10,000 by default; badLineCount of the batch counts all.")
    Mono<ResponseEntity<Flux<BadLine>>> errors(
            @RequestAttribute Account account,
            @PathVariable String batchId,
            @Parameter(hidden = true) ServerHttpRequest request) {
        BatchId id = BatchIdParameter.of(batchId);
        QueryParameters.of(request).verify();
        return pages(account, id)
                .map(pages -> ResponseEntity.ok()
                        .cacheControl(CacheControl.noStore())
                        .contentType(MediaType.APPLICATION_NDJSON)
                        .body(pages.flatMapIterable(BadLinePage::lines)));
    }

    @GetMapping(path = "/v1/batches/{batchId}/errors.csv", produces = Csv.MEDIA_TYPE)
    @Operation(
            operationId = "batchErrorsCsv",
            summary = "The first bad lines of a batch, by number, as CSV",
            description = TaskQueryController.CSV)
    Mono<ResponseEntity<Flux<String>>> errorsCsv(
            @RequestAttribute Account account,
            @PathVariable String batchId,
            @Parameter(hidden = true) ServerHttpRequest request) {
        BatchId id = BatchIdParameter.of(batchId);
        QueryParameters.of(request).verify();
        return pages(account, id).map(pages -> Csv.file("freshet-batch-" + id + "-errors.csv", BadLineCsv.of(pages)));
    }

    /** Returns all pages once the first one has been read, so that a failing task store is a problem. */
    private Mono<Flux<BadLinePage>> pages(Account account, BatchId id) {
        return taskService
                .badLines(account.id(), id, PAGE_OF_LINES)
                .map(first -> ListingPages.from(
                        first,
                        BadLinePage::nextPageToken,
                        PAGE_OF_LINES,
                        next -> taskService.badLines(account.id(), id, next)));
    }
}
