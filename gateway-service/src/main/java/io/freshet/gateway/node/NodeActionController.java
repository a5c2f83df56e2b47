package io.freshet.gateway.node;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.HoldNode;
import io.freshet.contracts.message.NodeAction;
import io.freshet.contracts.message.ReleaseNode;
import io.freshet.contracts.message.RewindNode;
import io.freshet.gateway.audit.AuditLog;
import io.freshet.gateway.auth.Caller;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.openapi.JsonBody;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.MaintenanceRequest;
import io.freshet.gateway.request.RewindRequest;
import io.freshet.gateway.request.json.NodeActionReader;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.function.BiFunction;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Endpoints that accept operators' node actions. {@code GET /v1/nodes} shows their effect. */
@RestController
@RequestMapping(path = "/v1/nodes/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "nodes")
@ApiProblems({ProblemType.FORBIDDEN, ProblemType.DOMAIN_NOT_ALLOWED})
class NodeActionController {

    private final NodeStatusRegistry registry;
    private final NodeActionReader reader;
    private final AuditLog auditLog;
    private final NodeActionPublisher publisher;
    private final BlockingWork blockingWork;
    private final Clock clock;

    NodeActionController(
            NodeStatusRegistry registry,
            NodeActionReader reader,
            AuditLog auditLog,
            NodeActionPublisher publisher,
            BlockingWork blockingWork,
            Clock clock) {
        this.registry = registry;
        this.reader = reader;
        this.auditLog = auditLog;
        this.publisher = publisher;
        this.blockingWork = blockingWork;
        this.clock = clock;
    }

    /** The kinds of node actions. */
    enum NodeActionKind {
        @JsonProperty("hold")
        HOLD,
        @JsonProperty("release")
        RELEASE,
        @JsonProperty("rewind")
        REWIND,
        @JsonProperty("flush")
        FLUSH
    }

    /** A node action that Kafka has acknowledged. */
    @Schema(name = "NodeAction")
    record AcceptedNodeAction(String node, NodeActionKind action, Instant at) {

        static AcceptedNodeAction of(NodeAction action) {
            NodeActionKind kind = switch (action) {
                case HoldNode _ -> NodeActionKind.HOLD;
                case ReleaseNode _ -> NodeActionKind.RELEASE;
                case RewindNode _ -> NodeActionKind.REWIND;
                case FlushNode _ -> NodeActionKind.FLUSH;
            };
            return new AcceptedNodeAction(action.node(), kind, action.at());
        }
    }

    @PutMapping(path = "/maintenance", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            operationId = "hold",
            summary = "Hold a node in maintenance: it is sent nothing, and no deadline applies to it")
    @JsonBody(MaintenanceRequest.class)
    Mono<AcceptedNodeAction> hold(
            @PathVariable String id,
            @RequestAttribute Caller caller,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        return accept(
                id,
                caller,
                request,
                body,
                (bytes, now) -> new HoldNode(
                        id,
                        caller.account().id(),
                        now,
                        reader.maintenance(bytes).reason()));
    }

    @DeleteMapping(path = "/maintenance")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "release", summary = "End a node's maintenance: it is sent the commands that it missed")
    Mono<AcceptedNodeAction> release(
            @PathVariable String id,
            @RequestAttribute Caller caller,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        return accept(id, caller, request, body, (bytes, now) -> {
            reader.requireNoBody(bytes);
            return new ReleaseNode(id, caller.account().id(), now);
        });
    }

    @PostMapping(path = "/rewind", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "rewind", summary = "Send a node again the commands of the last minutes, hours or days")
    @JsonBody(RewindRequest.class)
    Mono<AcceptedNodeAction> rewind(
            @PathVariable String id,
            @RequestAttribute Caller caller,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        return accept(
                id,
                caller,
                request,
                body,
                (bytes, now) -> new RewindNode(
                        id,
                        caller.account().id(),
                        now,
                        now.minus(reader.rewind(bytes).by())));
    }

    @PostMapping(path = "/flush")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "flush", summary = "Drop the whole content of a node, then of its children")
    Mono<AcceptedNodeAction> flush(
            @PathVariable String id,
            @RequestAttribute Caller caller,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        return accept(id, caller, request, body, (bytes, now) -> {
            reader.requireNoBody(bytes);
            return new FlushNode(id, caller.account().id(), now);
        });
    }

    private Mono<AcceptedNodeAction> accept(
            String id,
            Caller caller,
            ServerHttpRequest request,
            Mono<byte[]> body,
            BiFunction<byte[], Instant, NodeAction> read) {
        if (!caller.account().operator()) {
            throw ProblemException.of(ProblemType.FORBIDDEN, "Only an operator's account may request node actions.");
        }
        if (registry.byId(id).isEmpty()) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "No node with this id is configured.");
        }
        QueryParameters.of(request).verify();
        return blockingWork.run(body, bytes -> {
            NodeAction action = read.apply(bytes, clock.instant());
            // Before the action, so that no action is missing in the log.
            auditLog.recordAccepted(caller, request, action.at(), nameOf(action), id, details(action));
            publisher.publish(action);
            return AcceptedNodeAction.of(action);
        });
    }

    private static String nameOf(NodeAction action) {
        return switch (action) {
            case HoldNode _ -> "hold";
            case ReleaseNode _ -> "release";
            case RewindNode _ -> "rewind";
            case FlushNode _ -> "flush";
        };
    }

    private static Map<String, String> details(NodeAction action) {
        return switch (action) {
            case HoldNode hold -> Map.of("reason", hold.reason());
            case RewindNode rewind -> Map.of("to", rewind.to().toString());
            case ReleaseNode _, FlushNode _ -> Map.of();
        };
    }
}
