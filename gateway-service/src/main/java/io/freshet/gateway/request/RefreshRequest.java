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
 * @param objects as the client has written them; none for everything
 * @param domain of tags, or of everything, as the client has written it; null for all of the account's domains, and for
 *     all other types
 * @param soft mark content stale instead of deleting it, on servers that can
 * @param thenPush the push that follows; null for none
 */
@Schema(name = "RefreshRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
public record RefreshRequest(
        @Schema(
                type = "string",
                allowableValues = {"url", "ignore-query", "directory", "prefix", "regex", "host", "tag", "everything"},
                requiredMode = Schema.RequiredMode.REQUIRED)
        Selector type,

        @Schema(
                description = "Required with every type but everything, which has none. http or https URLs of the"
                        + " account's domains. A directory ends with / and has no query; ignore-query drops the query;"
                        + " regex has an expression in place of path and query, which matches them as a whole; a host"
                        + " may also be written alone. A tag is up to 1,024 visible ASCII characters without commas,"
                        + " quotation marks and backslashes, and is case-sensitive",
                requiredMode = Schema.RequiredMode.NOT_REQUIRED)
        List<String> objects,

        @Schema(
                description = "With type tag or everything only: the domain to refresh within, a host of the account's"
                        + " domains or one of these itself, also as *.name. All of the account's domains if absent; each"
                        + " tag then counts once per domain",
                example = "www.example.com")
        @Nullable
        String domain,

        @Schema(description = "Mark content stale instead of deleting it, on servers that can", defaultValue = "false")
        boolean soft,

        @Schema(
                description = "Push once the refresh has settled on the tier and on those above it: its own URLs, or"
                        + " those in thenPush.objects. Counts towards the push quota as well")
        @Nullable
        ThenPushRequest thenPush) {

    /** A refresh of objects that name their hosts themselves. */
    public RefreshRequest(Selector type, List<String> objects, boolean soft, @Nullable ThenPushRequest thenPush) {
        this(type, objects, null, soft, thenPush);
    }

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
