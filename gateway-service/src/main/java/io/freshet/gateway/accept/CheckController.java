package io.freshet.gateway.accept;

import io.freshet.fleet.Account;
import io.freshet.gateway.request.Checked;
import io.freshet.gateway.request.PushRequest;
import io.freshet.gateway.request.QueryParameters;
import io.freshet.gateway.request.RefreshRequest;
import io.freshet.gateway.request.RequestReader;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.function.BiFunction;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Says what would become of a request, by the rules that decide it when it is made. */
@RestController
@RequestMapping(consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "requests")
class CheckController {

    private static final String DESCRIPTION =
            "Accepts nothing and charges nothing. Tells of every entry its canonical form or what is wrong with it, and what the"
                    + " whole would cost. What is wrong with anything but the objects is a problem, as when the request is made.";

    private final RequestReader reader;
    private final Work work;

    CheckController(RequestReader reader, Work work) {
        this.reader = reader;
        this.work = work;
    }

    @PostMapping("/v1/refreshes/check")
    @Operation(
            operationId = "checkRefresh",
            summary = "What would become of a refresh",
            description = DESCRIPTION,
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = RefreshRequest.class))))
    Mono<Checked> refresh(
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @org.springframework.web.bind.annotation.RequestBody(required = false)
                    Mono<byte[]> body) {
        return check(account, request, body, reader::checkRefresh);
    }

    @PostMapping("/v1/pushes/check")
    @Operation(
            operationId = "checkPush",
            summary = "What would become of a push",
            description = DESCRIPTION,
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = PushRequest.class))))
    Mono<Checked> push(
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @org.springframework.web.bind.annotation.RequestBody(required = false)
                    Mono<byte[]> body) {
        return check(account, request, body, reader::checkPush);
    }

    private Mono<Checked> check(
            Account account, ServerHttpRequest request, Mono<byte[]> body, BiFunction<Account, byte[], Checked> read) {
        QueryParameters.of(request.getQueryParams()).end();
        return work.run(request.getHeaders().getContentLength(), body, bytes -> read.apply(account, bytes));
    }
}
