package io.freshet.gateway.request;

import io.freshet.contracts.message.PushLimits;
import io.freshet.contracts.message.Redirects;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
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
 * @param startAt when the push starts; null for at once
 * @param limits of the load on the origin of each domain; null for those of the operator
 * @param tiers to warm one after the other, instead of {@code tier}; null for one
 * @param region of the nodes; null for all
 * @param nodes ids of nodes to warm, instead of tiers and region; null for none
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

        @Schema(
                description = "Request headers to fetch with; every combination of their values is a variant. Without"
                        + " Accept-Encoding, what varies by it is fetched as browsers ask for it")
        Map<String, List<String>> headers,

        @Schema(
                description = "follow: push the targets of redirects, too, up to five in a row, as far as these are"
                        + " URLs of the account's domains",
                defaultValue = "store")
        @Nullable
        Redirects redirects,

        @Schema(
                description = "When the push starts, at most 7 days ahead; at once if absent. Until then the task is"
                        + " pending and can be cancelled",
                example = "2026-12-01T06:00:00Z")
        @Nullable
        Instant startAt,

        @Schema(
                description =
                        "Limits of the load on the origin, per domain, each at least 1. The operator's limits hold as"
                                + " well")
        @Nullable
        PushLimits limits,

        @Schema(
                description = "Tiers to warm one after the other, parents first, instead of tier: the next one when"
                        + " all objects of the former are done",
                example = "[\"l2\", \"l1\"]")
        @Nullable
        List<String> tiers,

        @Schema(description = "Warm only the nodes of this region") @Nullable
        String region,

        @Schema(
                description = "Ids of the nodes to warm, instead of tier, tiers and region. Each gets all objects, also"
                        + " in a tier that routes by hash; parents first")
        @Nullable
        List<String> nodes,

        @Schema(
                description = "Whether to push as well what HLS playlists, DASH presentations and sitemaps among the"
                        + " objects name, of the account's domains",
                defaultValue = "false")
        boolean children) {

    /** A push that starts at once and stores redirects. */
    public PushRequest(List<String> objects, @Nullable String tier, Map<String, List<String>> headers) {
        this(objects, tier, headers, null, null, null, null, null, null, false);
    }
}
