package io.freshet.gateway.request;

import io.freshet.contracts.Selector;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * The body of {@code POST /v1/refreshes}.
 *
 * @param type how the objects name content
 * @param objects as the client wrote them
 * @param soft mark stale instead of deleting, where a server can
 */
@Schema(name = "RefreshRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
public record RefreshRequest(
        @Schema(
                type = "string",
                allowableValues = {"url", "directory"},
                requiredMode = Schema.RequiredMode.REQUIRED)
        Selector type,

        @Schema(
                description = "http or https URLs of the account's domains; a directory ends with / and has no query",
                requiredMode = Schema.RequiredMode.REQUIRED)
        List<String> objects,

        @Schema(description = "Mark stale instead of deleting, where a server can", defaultValue = "false")
        boolean soft) {}
