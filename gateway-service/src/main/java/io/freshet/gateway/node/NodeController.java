package io.freshet.gateway.node;

import io.freshet.fleet.Account;
import io.freshet.gateway.GatewayProperties;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
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

/** The nodes, for operators. */
@RestController
@Tag(name = "nodes", description = "The cache servers, for operators")
class NodeController {

    private final NodeStates states;
    private final Duration heartbeat;

    NodeController(NodeStates states, GatewayProperties properties) {
        this.states = states;
        this.heartbeat = properties.live().heartbeat();
    }

    @GetMapping(path = "/v1/nodes", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "nodes", summary = "Every configured node and what it still owes, parents first")
    Mono<NodeList> nodes(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        check(account, request);
        return Mono.fromSupplier(() -> new NodeList(states.all()));
    }

    @GetMapping(path = "/v1/nodes/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            operationId = "nodeEvents",
            summary = "The nodes as they change",
            description = "Begins with the state of all. Each event `nodes` is the newest state of all nodes, whole.")
    @ApiResponse(
            responseCode = "200",
            description = "Events named `nodes`",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = NodeList.class)))
    Flux<ServerSentEvent<NodeList>> events(
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) ServerHttpResponse response) {
        check(account, request);
        response.getHeaders().setCacheControl(CacheControl.noStore());
        // A proxy in between must not collect events.
        response.getHeaders().set("X-Accel-Buffering", "no");
        Flux<ServerSentEvent<NodeList>> states = this.states
                .changes()
                .map(nodes -> ServerSentEvent.builder(new NodeList(nodes))
                        .event("nodes")
                        .build());
        Flux<ServerSentEvent<NodeList>> heartbeats = Flux.interval(heartbeat)
                .map(_ -> ServerSentEvent.<NodeList>builder().comment("").build());
        // When the states end, at the gateway's stop, so does the stream. A slow reader gets the newest.
        return states.mergeWith(heartbeats.takeUntilOther(this.states.changes().ignoreElements()))
                .onBackpressureLatest();
    }

    private static void check(Account account, ServerHttpRequest request) {
        if (!account.operator()) {
            throw ProblemException.of(ProblemType.FORBIDDEN, "only an operator's account sees nodes");
        }
        QueryParameters.of(request.getQueryParams()).end();
    }

    /** All nodes. */
    record NodeList(List<NodeView> nodes) {}
}
