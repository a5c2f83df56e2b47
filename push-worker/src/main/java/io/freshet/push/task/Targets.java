package io.freshet.push.task;

import io.freshet.fleet.Node;
import io.freshet.fleet.Tier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;

/** Which nodes of a tier a URL is to be fetched into. */
final class Targets {

    private Targets() {}

    static List<Node> of(Tier tier, String url) {
        return switch (tier.pushRouting()) {
            case ALL -> tier.nodes();
            case HASH -> List.of(highest(tier.nodes(), url));
        };
    }

    /**
     * Rendezvous hashing: the node with the highest weight has the URL. A node's weight is the first 64 bits of SHA-256 over
     * its id, a blank and the URL, unsigned. A node that goes takes only its own URLs along.
     */
    private static Node highest(List<Node> nodes, String url) {
        return nodes.stream()
                .max(Comparator.comparing(node -> weight(node, url), Long::compareUnsigned))
                .orElseThrow(() -> new IllegalArgumentException("the tier has no node"));
    }

    private static long weight(Node node, String url) {
        try {
            byte[] text = (node.id() + ' ' + url).getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}
