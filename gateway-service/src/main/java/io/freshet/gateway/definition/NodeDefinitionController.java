package io.freshet.gateway.definition;

import io.freshet.fleet.account.Account;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.openapi.ApiProblems;
import io.freshet.gateway.openapi.JsonBody;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.NodeDefinitionRequest;
import io.freshet.gateway.request.json.NodeDefinitionReader;
import io.freshet.gateway.request.query.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.function.Function;
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

/** Endpoints by which operators add, change and retire nodes. {@code GET /v1/nodes} shows their effect. */
@RestController
@RequestMapping(path = "/v1/nodes", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "nodes")
@ApiProblems(ProblemType.FORBIDDEN)
class NodeDefinitionController {

    private final NodeDefinitionEditor editor;
    private final BlockingWork blockingWork;

    NodeDefinitionController(NodeDefinitionEditor editor, BlockingWork blockingWork) {
        this.editor = editor;
        this.blockingWork = blockingWork;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "addNode",
            summary = "Add a node that the configuration file does not name",
            description = "It receives every refresh from now on. `GET /v1/nodes` shows when it is in sync. A node"
                    + " that has retired comes back, and catches up.")
    @JsonBody(NodeDefinitionRequest.class)
    @ApiProblems(ProblemType.NODE_DEFINED_ELSEWHERE)
    Mono<DefinedNode> add(
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        return run(account, request, body, bytes -> editor.add(NodeDefinitionReader.added(bytes), account.id()));
    }

    @PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "changeNode", summary = "Change a node that was added by this API")
    @JsonBody(NodeDefinitionRequest.class)
    @ApiProblems({ProblemType.NOT_FOUND, ProblemType.NODE_DEFINED_ELSEWHERE})
    Mono<DefinedNode> change(
            @PathVariable String id,
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request,
            @Parameter(hidden = true) @RequestBody(required = false) Mono<byte[]> body) {
        return run(
                account, request, body, bytes -> editor.change(id, NodeDefinitionReader.changed(bytes), account.id()));
    }

    @DeleteMapping(path = "/{id}")
    @Operation(
            operationId = "retireNode",
            summary = "Retire a node that was added by this API",
            description = "It counts no longer: tasks that waited for it go on without it.")
    @ApiProblems({ProblemType.NOT_FOUND, ProblemType.NODE_DEFINED_ELSEWHERE})
    Mono<DefinedNode> retire(
            @PathVariable String id,
            @RequestAttribute Account account,
            @Parameter(hidden = true) ServerHttpRequest request) {
        return run(account, request, Mono.empty(), _ -> editor.retire(id, account.id()));
    }

    private Mono<DefinedNode> run(
            Account account, ServerHttpRequest request, Mono<byte[]> body, Function<byte[], DefinedNode> change) {
        if (!account.operator()) {
            throw ProblemException.of(ProblemType.FORBIDDEN, "Only an operator's account may change nodes.");
        }
        QueryParameters.of(request).verify();
        return blockingWork.run(body, change);
    }
}
