package io.freshet.gateway.node;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.NodeState;
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
 * Endpoint {@code GET /nodes/{id}/in-sync} on the management port, for a load balancer that takes a lagging node out of
 * service. It is registered in {@code META-INF/spring}, since the management port has its own context.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnBean(NodeStatusRegistry.class) // In one JVM with other services, their management contexts find it too.
class InSyncEndpoint {

    @Bean
    RouterFunction<ServerResponse> inSync(NodeStatusRegistry registry) {
        return route().GET(
                        "/nodes/{id}/in-sync",
                        request -> registry.byId(request.pathVariable("id"))
                                .map(InSyncEndpoint::respond)
                                .orElseGet(InSyncEndpoint::unknownNode))
                .build();
    }

    /**
     * Counts an unknown node as in sync: missing workers must not drain the fleet. A node that was lagging before is
     * not unknown. The gauge {@code freshet.nodes} shows unknown nodes.
     */
    private static Mono<ServerResponse> respond(NodeView node) {
        HttpStatus status = node.state() == NodeState.LAGGING ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK;
        return ServerResponse.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(JsonMapping.mapper().writeValueAsBytes(node));
    }

    private static Mono<ServerResponse> unknownNode() {
        return ServerResponse.status(HttpStatus.NOT_FOUND)
                .contentType(Problem.MEDIA_TYPE)
                .bodyValue(Problem.of(ProblemType.NOT_FOUND, "No node with this id is configured.")
                        .toJson());
    }
}
