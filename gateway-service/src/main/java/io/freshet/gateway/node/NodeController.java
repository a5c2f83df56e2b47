package io.freshet.gateway.node;

import io.freshet.fleet.Account;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The nodes, for operators. */
@RestController
@Tag(name = "nodes", description = "The cache servers, for operators")
class NodeController {

    private final NodeStates states;

    NodeController(NodeStates states) {
        this.states = states;
    }

    @GetMapping(path = "/v1/nodes", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "nodes", summary = "Every configured node and what it still owes, parents first")
    Mono<NodeList> nodes(@RequestAttribute Account account, @Parameter(hidden = true) ServerHttpRequest request) {
        if (!account.operator()) {
            throw ProblemException.of(ProblemType.FORBIDDEN, "only an operator's account sees nodes");
        }
        QueryParameters.of(request.getQueryParams()).end();
        return Mono.fromSupplier(() -> new NodeList(states.all()));
    }

    /** All nodes. */
    record NodeList(List<NodeView> nodes) {}
}
