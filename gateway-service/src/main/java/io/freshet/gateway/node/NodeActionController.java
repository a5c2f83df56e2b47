package io.freshet.gateway.node;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.HoldNode;
import io.freshet.contracts.message.NodeAction;
import io.freshet.contracts.message.ReleaseNode;
import io.freshet.contracts.message.RewindNode;
import io.freshet.fleet.Account;
import io.freshet.gateway.accept.Work;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.MaintenanceRequest;
import io.freshet.gateway.request.NodeActionReader;
import io.freshet.gateway.request.QueryParameters;
import io.freshet.gateway.request.RewindRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.function.BiFunction;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Takes operators' orders. Each is answered when it is in the log; {@code GET /v1/nodes} tells what became of it. */
@RestController
@RequestMapping(path = "/v1/nodes/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "nodes")
class NodeActionController {

    private final NodeStates states;
    private final NodeActionReader reader;
    private final NodeActionPublisher orders;
    private final Work work;

    NodeActionController(NodeStates states, NodeActionReader reader, NodeActionPublisher orders, Work work) {
        this.states = states;
        this.reader = reader;
        this.orders = orders;
        this.work = work;
    }

    /** What was ordered. */
    enum Kind {
        @JsonProperty("hold")
        HOLD,
        @JsonProperty("release")
        RELEASE,
        @JsonProperty("rewind")
        REWIND,
        @JsonProperty("flush")
        FLUSH
    }

    /** An order that is in the log. */
    @Schema(name = "Order")
    record Given(String node, Kind order, Instant at) {

        static Given of(NodeAction order) {
            Kind kind = switch (order) {
                case HoldNode _ -> Kind.HOLD;
                case ReleaseNode _ -> Kind.RELEASE;
                case RewindNode _ -> Kind.REWIND;
                case FlushNode _ -> Kind.FLUSH;
            };
            return new Given(order.node(), kind, order.at());
        }
    }

    @PutMapping(path = "/maintenance", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            operationId = "hold",
            summary = "Hold a node in maintenance: it is sent nothing, and no deadline counts for it",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = MaintenanceRequest.class))))
    Mono<Given> hold(
            @PathVariable String id,
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @org.springframework.web.bind.annotation.RequestBody(required = false)
                    Mono<byte[]> body) {
        return give(
                id,
                account,
                request,
                body,
                (bytes, now) -> new HoldNode(
                        id, account.id(), now, reader.maintenance(bytes).reason()));
    }

    @DeleteMapping(path = "/maintenance")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "release", summary = "End a node's maintenance: it is sent what it missed")
    Mono<Given> release(
            @PathVariable String id,
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @org.springframework.web.bind.annotation.RequestBody(required = false)
                    Mono<byte[]> body) {
        return give(id, account, request, body, (bytes, now) -> {
            reader.nothing(bytes);
            return new ReleaseNode(id, account.id(), now);
        });
    }

    @PostMapping(path = "/rewind", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            operationId = "rewind",
            summary = "Send a node again what it was sent in the last minutes, hours or days",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = RewindRequest.class))))
    Mono<Given> rewind(
            @PathVariable String id,
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @org.springframework.web.bind.annotation.RequestBody(required = false)
                    Mono<byte[]> body) {
        return give(
                id,
                account,
                request,
                body,
                (bytes, now) -> new RewindNode(
                        id, account.id(), now, now.minus(reader.rewind(bytes).by())));
    }

    @PostMapping(path = "/flush")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "flush", summary = "Drop everything that a node holds, and then what its children hold")
    Mono<Given> flush(
            @PathVariable String id,
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @org.springframework.web.bind.annotation.RequestBody(required = false)
                    Mono<byte[]> body) {
        return give(id, account, request, body, (bytes, now) -> {
            reader.nothing(bytes);
            return new FlushNode(id, account.id(), now);
        });
    }

    private Mono<Given> give(
            String id,
            Account account,
            ServerHttpRequest request,
            Mono<byte[]> body,
            BiFunction<byte[], Instant, NodeAction> read) {
        if (!account.operator()) {
            throw ProblemException.of(ProblemType.FORBIDDEN, "only an operator's account steers nodes");
        }
        if (states.byId(id).isEmpty()) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "no node with this id is configured");
        }
        QueryParameters.of(request.getQueryParams()).end();
        return work.run(request.getHeaders().getContentLength(), body, bytes -> {
            NodeAction order = read.apply(bytes, Instant.now());
            orders.write(order);
            return Given.of(order);
        });
    }
}
