package io.freshet.gateway.node;

import io.freshet.fleet.account.Account;
import io.freshet.gateway.auth.Caller;
import io.freshet.gateway.live.LiveProperties;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Endpoints that show nodes to operators. */
@RestController
@Tag(name = "nodes", description = "The cache servers, for operators")
@ApiProblems(ProblemType.FORBIDDEN)
class NodeController {

    private final NodeStatusRegistry registry;
    private final Duration heartbeat;
    private final Clock clock;

    NodeController(NodeStatusRegistry registry, LiveProperties properties, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        this.heartbeat = properties.heartbeat();
    }

    @GetMapping(path = "/v1/nodes", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "nodes", summary = "Every configured node and its lag, parents first")
    Mono<NodeList> nodes(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        requireOperator(account, request);
        return Mono.fromSupplier(() -> new NodeList(registry.all()));
    }

    @GetMapping(path = "/v1/nodes/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            operationId = "nodeEvents",
            summary = "Stream of the nodes",
            description = "Each event `nodes` is the complete state of all nodes; the first is sent at once.")
    @ApiResponse(
            responseCode = "200",
            description = "Events named `nodes`",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = NodeList.class)))
    Flux<ServerSentEvent<NodeList>> events(
            @RequestAttribute Caller caller,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) ServerHttpResponse response) {
        requireOperator(caller.account(), request);
        response.getHeaders().setCacheControl(CacheControl.noStore());
        // Keeps proxies from buffering events.
        response.getHeaders().set("X-Accel-Buffering", "no");
        Flux<ServerSentEvent<NodeList>> states = registry.changes()
                .map(nodes -> ServerSentEvent.builder(new NodeList(nodes))
                        .event("nodes")
                        .build());
        Flux<ServerSentEvent<NodeList>> heartbeats = Flux.interval(heartbeat)
                .map(_ -> ServerSentEvent.<NodeList>builder().comment("").build());
        // The stream ends when the gateway stops. A slow client gets the newest state.
        return states.mergeWith(heartbeats.takeUntilOther(registry.changes().ignoreElements()))
                .takeUntilOther(caller.untilExpired(clock))
                .onBackpressureLatest();
    }

    private static void requireOperator(Account account, ServerHttpRequest request) {
        if (!account.operator()) {
            throw ProblemException.of(ProblemType.FORBIDDEN, "Only an operator's account may see nodes.");
        }
        QueryParameters.of(request).verify();
    }

    /** All nodes. */
    record NodeList(List<NodeView> nodes) {}
}
