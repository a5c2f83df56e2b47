package io.freshet.gateway.request;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;

/**
 * The body of {@code POST /v1/nodes/{id}/rewind}.
 *
 * @param by duration to rewind by
 */
@Schema(name = "RewindRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
public record RewindRequest(
        @Schema(
                type = "string",
                format = "duration",
                description = "How far back, as ISO 8601 writes it; at most as long as commands are kept",
                example = "PT10M",
                requiredMode = Schema.RequiredMode.REQUIRED)
        Duration by) {}
