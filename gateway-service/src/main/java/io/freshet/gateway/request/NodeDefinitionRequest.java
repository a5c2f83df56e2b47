package io.freshet.gateway.request;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Definition of a node as an operator sends it.
 *
 * @param id null where the path names the node
 * @param tier name of a tier of the configuration
 * @param address {@code http://host:port} or {@code https://host:port}
 * @param driver name of a driver of the configuration
 * @param region name of the region that the node serves; null for none
 */
@Schema(name = "NodeDefinitionRequest")
public record NodeDefinitionRequest(
        @Nullable String id,
        String tier,
        String address,
        String driver,
        @Nullable String region) {}
