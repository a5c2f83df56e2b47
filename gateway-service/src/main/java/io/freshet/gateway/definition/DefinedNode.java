package io.freshet.gateway.definition;

import io.freshet.contracts.message.NodeDefinition;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Definition of a node.
 *
 * @param region null for none
 * @param retired whether the node has left the fleet
 * @param by account that defined or retired the node
 */
@Schema(name = "NodeDefinition")
record DefinedNode(
        String id,
        String tier,
        URI address,
        String driver,
        @Nullable String region,
        boolean retired,
        String by,
        Instant at) {

    static DefinedNode of(NodeDefinition definition) {
        return new DefinedNode(
                definition.node(),
                definition.tier(),
                definition.address(),
                definition.driver(),
                definition.region(),
                definition.retired(),
                definition.by(),
                definition.at());
    }
}
