package io.freshet.gateway.batch;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.batch.BatchView;
import io.freshet.contracts.batch.OnError;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.TokenScope;
import io.freshet.gateway.accept.IdempotencyKey;
import io.freshet.gateway.auth.TokenRights;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.connection.ConnectionProperties;
import io.freshet.gateway.connection.StreamedBody;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.openapi.CreatesTasks;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.canonical.PushOptions;
import io.freshet.gateway.request.canonical.RequestCanonicaliser;
import io.freshet.gateway.request.json.JsonRequestReader;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Endpoint that receives batches. */
@RestController
@Tag(name = "batches", description = "Lists of up to a million objects")
class BatchUploadController {

    private static final int MAX_DOMAIN = 300;

    private final BatchUploads uploads;
    private final RequestCanonicaliser canonicaliser;
    private final JsonRequestReader reader;
    private final BlockingWork blockingWork;
    private final BatchProperties properties;
    private final ConnectionProperties connections;

    BatchUploadController(
            BatchUploads uploads,
            RequestCanonicaliser canonicaliser,
            JsonRequestReader reader,
            BlockingWork blockingWork,
            BatchProperties properties,
            ConnectionProperties connections) {
        this.uploads = uploads;
        this.canonicaliser = canonicaliser;
        this.reader = reader;
        this.blockingWork = blockingWork;
        this.properties = properties;
        this.connections = connections;
    }

    @PostMapping(
            path = "/v1/batches",
            consumes = {MediaType.TEXT_PLAIN_VALUE, LineFormat.NDJSON_TYPE, MediaType.APPLICATION_FORM_URLENCODED_VALUE
            },
            produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            operationId = "uploadBatch",
            summary = "Refresh or push a list of up to a million objects",
            description = "Reads a line per object while the body arrives, and splits them into tasks of at most 1,000"
                    + " objects of one domain. The answer comes after the last line. Blank lines, and in text/plain"
                    + " lines that begin with #, are skipped. A repeated line counts once within its task.",
            requestBody =
                    @RequestBody(
                            required = true,
                            description = "UTF-8; Content-Encoding may be gzip. A form is read as text/plain, which"
                                    + " curl --data-binary declares.",
                            content = {
                                @Content(
                                        mediaType = MediaType.TEXT_PLAIN_VALUE,
                                        schema = @Schema(type = "string"),
                                        examples = @ExampleObject("https://www.example.com/a.png\n")),
                                @Content(
                                        mediaType = LineFormat.NDJSON_TYPE,
                                        schema = @Schema(type = "string"),
                                        examples = @ExampleObject("{\"object\": \"https://www.example.com/a.png\"}\n"))
                            }))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "kind",
            required = true,
            schema = @Schema(allowableValues = {"refresh", "push"}))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "type",
            description = "Of a refresh",
            schema =
                    @Schema(
                            allowableValues = {"url", "ignore-query", "directory", "prefix", "regex", "host", "tag"},
                            defaultValue = "url"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "domain",
            description = "Of type tag: the domain to refresh within; all of the account's domains if absent",
            schema = @Schema(type = "string"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "onError",
            description = "skip: what cannot be accepted is reported, the rest is done at once. refuse: all or nothing,"
                    + " after the last line",
            schema =
                    @Schema(
                            allowableValues = {"skip", "refuse"},
                            defaultValue = "refuse"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "soft",
            description = "Of a refresh: mark content stale instead of deleting it, on servers that can",
            schema = @Schema(type = "boolean", defaultValue = "false"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "tier",
            description = "Of a push: the tier to warm; the first one if absent",
            schema = @Schema(type = "string"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "headers",
            description = "Of a push: request headers as a JSON object of lists of strings",
            example = "{\"Accept-Encoding\": [\"gzip\"]}",
            schema = @Schema(type = "string"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "redirects",
            description = "Of a push: follow pushes the targets of redirects, too",
            schema =
                    @Schema(
                            allowableValues = {"store", "follow"},
                            defaultValue = "store"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "startAt",
            description = "Of a push: when it starts, at most 7 days ahead",
            schema = @Schema(type = "string", format = "date-time"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "requestsInFlight",
            description = "Of a push: limit for each domain of the batch",
            schema = @Schema(type = "integer", minimum = "1"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "requestsPerSecond",
            description = "Of a push: limit for each domain of the batch",
            schema = @Schema(type = "integer", minimum = "1"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "bytesPerSecond",
            description = "Of a push: limit for each domain of the batch",
            schema = @Schema(type = "integer", minimum = "1"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "tiers",
            description = "Of a push: tiers to warm one after the other, with commas, instead of tier",
            example = "l2,l1",
            schema = @Schema(type = "string"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "region",
            description = "Of a push: only the nodes of this region",
            schema = @Schema(type = "string"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "nodes",
            description = "Of a push: ids of the nodes, with commas, instead of tier, tiers and region",
            schema = @Schema(type = "string"))
    @Parameter(
            in = ParameterIn.HEADER,
            name = "Idempotency-Key",
            description = "Name of the batch, chosen by the client. A repeated upload of the same lines with the same"
                    + " key is charged once, and goes on where an interrupted one ended.",
            schema = @Schema(type = "string", minLength = 1, maxLength = 255, pattern = "^[!-~]+$"))
    @ApiResponse(
            responseCode = "202",
            description = "AcceptedBatch; with onError=skip some lines may be bad",
            useReturnTypeSchema = true,
            headers = {
                @Header(name = "Location", description = "The batch", schema = @Schema(type = "string")),
                @Header(
                        name = CreatesTasks.REPLAYED,
                        description = "true if an earlier upload with the key was complete",
                        schema = @Schema(type = "boolean"))
            })
    @ApiProblems({
        ProblemType.DOMAIN_NOT_ALLOWED,
        ProblemType.IDEMPOTENCY_KEY_REUSED,
        ProblemType.UPLOAD_ENDED,
        ProblemType.UNSUPPORTED_BY_NODES,
        ProblemType.QUOTA_EXCEEDED,
        ProblemType.RATE_LIMITED,
        ProblemType.REQUEST_TIMEOUT,
        ProblemType.TOO_LARGE,
        ProblemType.UNSUPPORTED_MEDIA_TYPE
    })
    Mono<ResponseEntity<BatchView>> upload(
            @RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        BatchUploads.Upload upload = new BatchUploads.Upload(
                account,
                IdempotencyKey.of(request.getHeaders()),
                options(account, request),
                LineFormat.of(request.getHeaders().getContentType()),
                BodyEncoding.of(request.getHeaders()));
        StreamedBody.allow(
                request,
                properties.minBytesPerSecond().toBytes()
                        * Math.max(1, connections.requestTimeout().toSeconds()));
        return blockingWork.stream(properties.memory(), request.getBody(), body -> uploads.receive(upload, body))
                .map(BatchUploadController::response);
    }

    private BatchOptions options(Account account, ServerHttpRequest request) {
        Map<String, String> query = PushParameters.read(QueryParameters.of(request))
                .enumValue("kind", TaskKind.class)
                .enumValue("type", Selector.class)
                .text("domain", MAX_DOMAIN)
                .enumValue("onError", OnError.class)
                .flag("soft")
                .verify();
        if (!query.containsKey("kind")) {
            throw ProblemException.invalid(Violation.parameter("kind", "is missing"));
        }
        TaskKind kind = value(query, "kind", TaskKind.REFRESH);
        TokenRights.require(account, kind == TaskKind.PUSH ? TokenScope.PUSH : TokenScope.REFRESH);
        BatchOptions options = new BatchOptions(
                kind,
                value(query, "type", Selector.URL),
                value(query, "onError", OnError.REFUSE),
                query.get("domain"),
                Boolean.parseBoolean(query.get("soft")),
                pushOptions(kind, query));
        if (kind == TaskKind.REFRESH) {
            canonicaliser.requireSupport(options.type());
        }
        if (options.type() == Selector.TAG) {
            canonicaliser.requireDomain(account, options.domain());
        }
        return options;
    }

    private static <E extends Enum<E>> E value(Map<String, String> query, String name, E otherwise) {
        String text = query.get(name);
        return text == null
                ? otherwise
                : Enum.valueOf(
                        otherwise.getDeclaringClass(),
                        text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private @Nullable PushOptions pushOptions(TaskKind kind, Map<String, String> query) {
        if (kind == TaskKind.PUSH) {
            return canonicaliser.pushOptions(PushParameters.request(query, reader));
        }
        PushParameters.verifyAbsent(query);
        return null;
    }

    private static ResponseEntity<BatchView> response(BatchUploads.AcceptedBatch accepted) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.accepted()
                .location(URI.create("/v1/batches/" + accepted.batch().batchId()));
        if (accepted.isReplay()) {
            answer.header(CreatesTasks.REPLAYED, "true");
        }
        return answer.body(accepted.batch());
    }
}
