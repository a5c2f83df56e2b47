package io.freshet.cluster.http;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holdings of the nodes for a URL, as {@code GET /v1/inspect} shows it. */
public record Inspected(
        String url, List<Holding> nodes, @Nullable Source origin) {

    public Holding node(String id) {
        return nodes.stream().filter(node -> node.node().equals(id)).findFirst().orElseThrow();
    }

    public Source originOrThrow() {
        return requireNonNull(origin);
    }

    /** One node's copy, or why there is none. */
    public record Holding(
            String node,
            String state,
            @Nullable String reason,
            @Nullable CopyFacts copy) {

        public CopyFacts copyOrThrow() {
            return requireNonNull(copy, () -> node + " " + reason);
        }
    }

    /** Response of the origin. */
    public record Source(
            String node, @Nullable String reason, @Nullable CopyFacts response) {

        public CopyFacts responseOrThrow() {
            return requireNonNull(response, () -> node + " " + reason);
        }
    }

    /** Facts that the server has told. */
    public record CopyFacts(int status, double ttlSeconds, long bytes) {}
}
