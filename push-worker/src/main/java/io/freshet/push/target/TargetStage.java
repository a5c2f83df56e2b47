package io.freshet.push.target;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.contracts.Sha256;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.PushRouting;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that a task pushes to at the same time, and the choice among them. Where each URL has one node, by rendezvous
 * hashing, and that node is unavailable, the next one by weight takes the URL, unless it has more than its share: a
 * bounded load after Mirrokni, Thorup and Zadimoghaddam. See docs/adr/0054. Not thread-safe.
 */
public final class TargetStage {

    /** Share of the average load that a node takes of URLs that are not its own. */
    private static final double MAX_LOAD = 1.25;

    private final List<Node> nodes;
    private final PushRouting routing;
    private final boolean asksOrigin;
    private final Function<String, Optional<String>> unavailable;
    private final Map<Node, Integer> loads = new HashMap<>();
    private int assigned;

    /**
     * Creates a stage.
     *
     * @param nodes at least one
     * @param asksOrigin whether they are in the fleet's first tier
     * @param unavailable returns the reason why the node with an id is unavailable; empty if it is available
     */
    TargetStage(
            List<Node> nodes, PushRouting routing, boolean asksOrigin, Function<String, Optional<String>> unavailable) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("the tier has no node");
        }
        this.nodes = List.copyOf(nodes);
        this.routing = routing;
        this.asksOrigin = asksOrigin;
        this.unavailable = unavailable;
    }

    /**
     * Nodes of one URL.
     *
     * @param remark what clients that ask another node do not get; null if it goes to the nodes that clients ask
     */
    public record Targets(List<Node> nodes, @Nullable String remark) {}

    /** Returns whether the nodes ask the origin themselves, and no other tier. */
    public boolean asksOrigin() {
        return asksOrigin;
    }

    /** Returns the number of nodes that may be asked at the same time. */
    public int size() {
        return nodes.size();
    }

    /** Returns the nodes of a URL. */
    public Targets of(String url) {
        return switch (routing) {
            case ALL -> new Targets(nodes, null);
            case HASH -> hashed(url);
        };
    }

    private Targets hashed(String url) {
        Node own = Collections.max(nodes, byWeight(url));
        Optional<String> why = unavailable.apply(own.id());
        Node chosen = why.isEmpty() ? own : instead(own, url);
        assigned++;
        loads.merge(chosen, 1, Integer::sum);
        return new Targets(List.of(chosen), chosen.equals(own) ? null : remark(chosen, own, why.orElseThrow()));
    }

    private static String remark(Node chosen, Node own, String why) {
        return "in " + chosen.id() + " instead of " + own.id() + ", which was unavailable: " + why;
    }

    /** Returns the first available node by weight that has room; the URL's own if none is available. */
    private Node instead(Node own, String url) {
        List<Node> available = nodes.stream()
                .filter(node -> unavailable.apply(node.id()).isEmpty())
                .sorted(byWeight(url).reversed())
                .toList();
        double capacity = Math.ceil(MAX_LOAD * (assigned + 1) / Math.max(1, available.size()));
        return available.stream()
                .filter(node -> loads.getOrDefault(node, 0) < capacity)
                .findFirst()
                .orElse(own);
    }

    private static Comparator<Node> byWeight(String url) {
        return Comparator.comparing(node -> weight(node, url), Long::compareUnsigned);
    }

    /**
     * Returns the weight of a node: the first 64 bits of SHA-256 over node id, blank and URL, unsigned. A node that
     * leaves takes only its own URLs along.
     */
    private static long weight(Node node, String url) {
        return ByteBuffer.wrap(Sha256.digest((node.id() + ' ' + url).getBytes(UTF_8)))
                .getLong();
    }
}
