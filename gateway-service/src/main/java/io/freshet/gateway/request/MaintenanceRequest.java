package io.freshet.gateway.request;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * The body of {@code PUT /v1/nodes/{id}/maintenance}.
 *
 * @param reason for people
 */
@Schema(name = "MaintenanceRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
public record MaintenanceRequest(
        @Schema(
                description = "Why, for people; 1 to 200 characters",
                example = "new disk",
                requiredMode = Schema.RequiredMode.REQUIRED)
        String reason) {}
