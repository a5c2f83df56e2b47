package io.freshet.gateway.node;

import io.freshet.contracts.NodeState;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import io.freshet.contracts.JsonMapping;
import io.freshet.gateway.problem.Problem;
import io.freshet.gateway.problem.ProblemType;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code GET /nodes/{id}/in-sync} on the management port, for a load balancer that holds a late node back. Found through
 * {@code META-INF/spring}, because the management port has a context of its own.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnBean(NodeStates.class) // In one JVM with other services, their management contexts find it, too.
class InSyncEndpoint {

    @Bean
    RouterFunction<ServerResponse> inSync(NodeStates states) {
        return route().GET(
                        "/nodes/{id}/in-sync",
                        request -> states.byId(request.pathVariable("id"))
                                .map(InSyncEndpoint::answer)
                                .orElseGet(InSyncEndpoint::unknownNode))
                .build();
    }

    /** A node of which nothing is known counts as in sync: a lack of workers must not drain the fleet. The gauge {@code freshet.nodes} tells. */
    private static Mono<ServerResponse> answer(NodeView node) {
        HttpStatus status = node.state() == NodeState.LAGGING ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK;
        return ServerResponse.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(JsonMapping.mapper().writeValueAsBytes(node));
    }

    private static Mono<ServerResponse> unknownNode() {
        return ServerResponse.status(HttpStatus.NOT_FOUND)
                .contentType(Problem.MEDIA_TYPE)
                .bodyValue(Problem.of(ProblemType.NOT_FOUND, "no node with this id is configured")
                        .toJson());
    }
}
