package io.freshet.gateway.accept;

import io.freshet.fleet.account.Account;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.openapi.JsonBody;
import io.freshet.gateway.request.PushRequest;
import io.freshet.gateway.request.RefreshRequest;
import io.freshet.gateway.request.canonical.CheckResult;
import io.freshet.gateway.request.json.JsonRequestReader;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.function.BiFunction;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Endpoints that validate a request without accepting it. */
@RestController
@RequestMapping(consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "requests")
class CheckController {

    private static final String DESCRIPTION =
            "Accepts nothing and charges nothing. Returns the canonical form or the error of every entry, and the "
                    + "cost of"
                    + " the whole request. Errors outside of the objects are a problem, as for the request itself.";

    private final JsonRequestReader reader;
    private final BlockingWork blockingWork;

    CheckController(JsonRequestReader reader, BlockingWork blockingWork) {
        this.reader = reader;
        this.blockingWork = blockingWork;
    }

    @PostMapping("/v1/refreshes/check")
    @Operation(operationId = "checkRefresh", summary = "Validate a refresh", description = DESCRIPTION)
    @JsonBody(RefreshRequest.class)
    Mono<CheckResult> refresh(
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        return check(account, request, body, reader::checkRefresh);
    }

    @PostMapping("/v1/pushes/check")
    @Operation(operationId = "checkPush", summary = "Validate a push", description = DESCRIPTION)
    @JsonBody(PushRequest.class)
    Mono<CheckResult> push(
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        return check(account, request, body, reader::checkPush);
    }

    private Mono<CheckResult> check(
            Account account,
            ServerHttpRequest request,
            Mono<byte[]> body,
            BiFunction<Account, byte[], CheckResult> read) {
        QueryParameters.of(request).verify();
        return blockingWork.run(body, bytes -> read.apply(account, bytes));
    }
}
