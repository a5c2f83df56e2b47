package io.freshet.gateway.request;

import io.freshet.contracts.Selector;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/refreshes}.
 *
 * @param type of the objects
 * @param objects as the client has written them
 * @param soft mark content stale instead of deleting it, on servers that can
 * @param thenPush the push that follows; null for none
 */
@Schema(name = "RefreshRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
public record RefreshRequest(
        @Schema(
                type = "string",
                allowableValues = {"url", "ignore-query", "directory", "prefix", "regex", "host"},
                requiredMode = Schema.RequiredMode.REQUIRED)
        Selector type,

        @Schema(
                description = "http or https URLs of the account's domains. A directory ends with / and has no query;"
                        + " ignore-query drops the query; regex has an expression in place of path and query, which"
                        + " matches them as a whole; a host may also be written alone",
                requiredMode = Schema.RequiredMode.REQUIRED)
        List<String> objects,

        @Schema(description = "Mark content stale instead of deleting it, on servers that can", defaultValue = "false")
        boolean soft,

        @Schema(
                description = "Push once the refresh has settled on the tier and on those above it: its own URLs, or"
                        + " those in thenPush.objects. Counts towards the push quota as well")
        @Nullable
        ThenPushRequest thenPush) {

    /**
     * The push that follows a refresh.
     *
     * @param tier to warm; null for the first one
     * @param headers request headers of the push, each with one or several values
     * @param objects URLs to push, as the client has written them; null for those of the refresh
     */
    @Schema(name = "ThenPush", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    public record ThenPushRequest(
            @Schema(description = "The tier to warm; the first one if absent") @Nullable
            String tier,

            @Schema(description = "Request headers to fetch with; every combination of their values is a variant")
            Map<String, List<String>> headers,

            @Schema(
                    description = "URLs to push, of domains of which the request refreshes something. They may be"
                            + " absent with type url or ignore-query, which pushes the URLs of the refresh; other types"
                            + " require them")
            @Nullable
            List<String> objects) {

        /** A push of the refresh's own objects. */
        public ThenPushRequest(@Nullable String tier, Map<String, List<String>> headers) {
            this(tier, headers, null);
        }
    }
}
