package io.freshet.push.task;

import io.freshet.contracts.Sha256;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.Tier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/** Selection of the nodes of a tier that a URL is pushed to. */
final class TargetNodes {

    private TargetNodes() {}

    static List<Node> of(Tier tier, String url) {
        return switch (tier.pushRouting()) {
            case ALL -> tier.nodes();
            case HASH -> List.of(highest(tier.nodes(), url));
        };
    }

    /**
     * Returns the node with the highest weight (rendezvous hashing). A weight is the first 64 bits of SHA-256 over node
     * id, blank and URL, unsigned. A node that leaves takes only its own URLs along.
     */
    private static Node highest(List<Node> nodes, String url) {
        return nodes.stream()
                .max(Comparator.comparing(node -> weight(node, url), Long::compareUnsigned))
                .orElseThrow(() -> new IllegalArgumentException("the tier has no node"));
    }

    private static long weight(Node node, String url) {
        byte[] text = (node.id() + ' ' + url).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.wrap(Sha256.digest(text)).getLong();
    }
}
