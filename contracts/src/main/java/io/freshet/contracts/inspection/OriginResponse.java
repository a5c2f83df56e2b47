package io.freshet.contracts.inspection;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Response of the origin to a {@code HEAD} request, which a node has passed on.
 *
 * @param node id of that node
 * @param reason why there is no response; continues a sentence that begins with the node's id. Null if there is one
 * @param response null if there is none. It has no age, TTL, grace, tags and hits
 */
public record OriginResponse(
        String node, @Nullable String reason, @Nullable CopyDetails response) {

    public OriginResponse {
        requireNonNull(node, "node");
    }
}
