package io.freshet.gateway.accept;

import io.freshet.fleet.account.Account;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.openapi.CreatesTasks;
import io.freshet.gateway.openapi.JsonBody;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.PushRequest;
import io.freshet.gateway.request.RefreshRequest;
import io.freshet.gateway.request.canonical.CanonicalRequest;
import io.freshet.gateway.request.json.JsonRequestReader;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Endpoints that accept refreshes and pushes. */
@RestController
@Tag(name = "requests", description = "Refreshing and pushing content")
class RequestController {

    private static final String ONE_URL = """
            {"type": "url", "objects": ["https://www.example.com/a.png"]}""";
    private static final String ONE_DIRECTORY = """
            {"type": "directory", "objects": ["https://www.example.com/img/"], "soft": true}""";
    private static final String ONE_EXPRESSION = """
            {"type": "regex", "objects": ["https://www.example.com/img/.*/thumb-[0-9]+.png"]}""";
    private static final String ONE_HOST = """
            {"type": "host", "objects": ["www.example.com"]}""";
    private static final String TWO_TAGS = """
            {"type": "tag", "objects": ["news", "product-1"], "domain": "www.example.com", "soft": true}""";
    private static final String EVERYTHING_OF_A_DOMAIN = """
            {"type": "everything", "domain": "www.example.com"}""";
    private static final String WITH_PUSH = """
            {"type": "url", "objects": ["https://www.example.com/a.png"], "thenPush": {"tier": "l2"}}""";
    private static final String DIRECTORY_WITH_PUSH = """
            {"type": "directory", "objects": ["https://www.example.com/img/"],
             "thenPush": {"tier": "l2", "objects": ["https://www.example.com/img/a.png"]}}""";
    private static final String ONE_PUSH = """
            {"objects": ["https://www.example.com/a.png"], "tier": "l2", "headers": {"Accept-Encoding": ["gzip"]}}""";

    private static final String PUSH_AT_A_TIME = """
            {"objects": ["https://www.example.com/a.png"], "startAt": "2026-12-01T06:00:00Z"}""";

    private static final String SLOW_PUSH = """
            {"objects": ["https://www.example.com/a.png"], "tiers": ["l2", "l1"],
             "limits": {"requestsPerSecond": 20, "bytesPerSecond": 1000000}}""";

    private final JsonRequestReader reader;
    private final RequestAcceptor acceptor;
    private final BlockingWork blockingWork;
    private final Clock clock;

    RequestController(JsonRequestReader reader, RequestAcceptor acceptor, BlockingWork blockingWork, Clock clock) {
        this.reader = reader;
        this.acceptor = acceptor;
        this.blockingWork = blockingWork;
        this.clock = clock;
    }

    @PostMapping(
            path = "/v1/refreshes",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @CreatesTasks
    @ApiProblems(ProblemType.UNSUPPORTED_BY_NODES)
    @Operation(
            operationId = "refresh",
            summary = "Make content expire on every node",
            description = "Accepted as a whole or not at all; one task per domain, and one more for its push where "
                    + "thenPush asks"
                    + " for it: that one waits until the refresh has settled.")
    @JsonBody(
            value = RefreshRequest.class,
            examples = {
                @ExampleObject(name = "url", value = ONE_URL),
                @ExampleObject(name = "directory", value = ONE_DIRECTORY),
                @ExampleObject(name = "regex", value = ONE_EXPRESSION),
                @ExampleObject(name = "host", value = ONE_HOST),
                @ExampleObject(name = "tag", value = TWO_TAGS),
                @ExampleObject(name = "everything", value = EVERYTHING_OF_A_DOMAIN),
                @ExampleObject(name = "then push", value = WITH_PUSH),
                @ExampleObject(name = "directory, then push", value = DIRECTORY_WITH_PUSH)
            })
    Mono<ResponseEntity<AcceptedRequest>> refresh(
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        return accept(account, request, body, reader::refresh);
    }

    @PostMapping(
            path = "/v1/pushes",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @CreatesTasks
    @Operation(
            operationId = "push",
            summary = "Fetch content from the origin into the nodes of a tier",
            description = "Accepted as a whole or not at all; one task per domain. A push with startAt waits for it.")
    @JsonBody(
            value = PushRequest.class,
            examples = {
                @ExampleObject(name = "push", value = ONE_PUSH),
                @ExampleObject(name = "at a time", value = PUSH_AT_A_TIME),
                @ExampleObject(name = "tier after tier, slowly", value = SLOW_PUSH)
            })
    Mono<ResponseEntity<AcceptedRequest>> push(
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        return accept(account, request, body, reader::push);
    }

    private Mono<ResponseEntity<AcceptedRequest>> accept(
            Account account,
            ServerHttpRequest request,
            Mono<byte[]> body,
            BiFunction<Account, byte[], ? extends CanonicalRequest> read) {
        QueryParameters.of(request).verify();
        @Nullable String key = IdempotencyKey.of(request.getHeaders());
        return blockingWork
                .run(body, bytes -> acceptor.accept(account, key, read.apply(account, bytes)))
                .map(accepted -> accepted.toResponse(clock.instant()));
    }
}
