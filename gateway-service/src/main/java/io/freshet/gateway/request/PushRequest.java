package io.freshet.gateway.request;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/pushes}.
 *
 * @param objects as the client has written them
 * @param tier to warm; null for the first one
 * @param headers request headers of the push, each with one or several values
 * @param children whether what manifests name is pushed as well
 */
@Schema(name = "PushRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
public record PushRequest(
        @Schema(
                description = "http or https URLs of the account's domains",
                requiredMode = Schema.RequiredMode.REQUIRED)
        List<String> objects,

        @Schema(description = "The tier to warm; the first one if absent") @Nullable
        String tier,

        @Schema(description = "Request headers to fetch with; every combination of their values is a variant")
        Map<String, List<String>> headers,

        @Schema(
                description = "Whether to push as well what HLS playlists, DASH presentations and sitemaps among the"
                        + " objects name, of the account's domains",
                defaultValue = "false")
        boolean children) {}
