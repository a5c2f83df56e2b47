package io.freshet.gateway.request;

import io.freshet.contracts.message.Redirects;
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
 * @param redirects null for those that are stored only
 */
@Schema(name = "PushRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
public record PushRequest(
        @Schema(
                description = "http or https URLs of the account's domains",
                requiredMode = Schema.RequiredMode.REQUIRED)
        List<String> objects,

        @Schema(description = "The tier to warm; the first one if absent") @Nullable
        String tier,

        @Schema(
                description = "Request headers to fetch with; every combination of their values is a variant. Without"
                        + " Accept-Encoding, what varies by it is fetched as browsers ask for it")
        Map<String, List<String>> headers,

        @Schema(
                description = "follow: push the targets of redirects, too, up to five in a row, as far as these are"
                        + " URLs of the account's domains",
                defaultValue = "store")
        @Nullable
        Redirects redirects) {

    /** A push that stores redirects. */
    public PushRequest(List<String> objects, @Nullable String tier, Map<String, List<String>> headers) {
        this(objects, tier, headers, null);
    }
}
