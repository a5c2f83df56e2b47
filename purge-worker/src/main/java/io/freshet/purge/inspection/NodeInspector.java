package io.freshet.purge.inspection;

import io.freshet.contracts.inspection.NodeCopy;
import io.freshet.contracts.inspection.OriginResponse;
import io.freshet.purge.driver.CacheInspector;
import io.freshet.purge.driver.Look;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.PurgeRequest;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NotInspectableException;
import io.freshet.purge.topology.TierTopology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Looks at a URL in the caches of all nodes at once, and at the origin if that is asked for. Thread-safe. */
final class NodeInspector {

    private final TierTopology tiers;

    NodeInspector(TierTopology tiers) {
        this.tiers = tiers;
    }

    /** Returns what each node holds, parents first; waits until each has answered or its time is over. */
    List<NodeCopy> inspect(Purge url, Executor executor) {
        List<CompletableFuture<NodeCopy>> copies = new ArrayList<>();
        for (int tier = 0; tier < tiers.inOrder().size(); tier++) {
            String name = tiers.name(tier);
            for (NodeChannel node : tiers.inOrder().get(tier)) {
                copies.add(CompletableFuture.supplyAsync(() -> inspect(node, name, url), executor));
            }
        }
        return copies.stream().map(CompletableFuture::join).toList();
    }

    private static NodeCopy inspect(NodeChannel node, String tier, Purge url) {
        String id = node.node().id();
        CacheInspector inspector = node.driver().inspector();
        if (inspector == null) {
            String driver = node.node().driver().name();
            return NodeCopy.unknown(id, tier, "cannot be looked into with the driver " + driver);
        }
        try {
            PurgeAnswer answer = node.inspect(inspector, inspector.look(url));
            return switch (inspector.look(answer)) {
                case Look.Absent _ -> NodeCopy.absent(id, tier);
                case Look.Present _ -> NodeCopy.present(id, tier, inspector.details(answer));
                case Look.Undated copy ->
                    copy.doubt().isEmpty()
                            ? NodeCopy.present(id, tier, inspector.details(answer))
                            : NodeCopy.unknown(id, tier, "has a copy" + copy.doubt());
                case Look.Unknown unknown -> NodeCopy.unknown(id, tier, unknown.answer());
            };
        } catch (NotInspectableException e) {
            return NodeCopy.unknown(id, tier, e.reason());
        } catch (IOException e) {
            return NodeCopy.unknown(id, tier, didNotAnswer(e));
        }
    }

    /** Returns what the origin answers to a node of the first tier, whose nodes have no parents. */
    OriginResponse askOrigin(Purge url) {
        List<NodeChannel> tier = tiers.inOrder().stream()
                .filter(nodes -> !nodes.isEmpty())
                .findFirst()
                .orElse(List.of());
        if (tier.isEmpty()) {
            return new OriginResponse("none", "the fleet has no node now", null);
        }
        NodeChannel node = tier.stream()
                .filter(each -> each.health().isHealthy())
                .findFirst()
                .orElse(tier.getFirst());
        String id = node.node().id();
        CacheInspector inspector = node.driver().inspector();
        PurgeRequest request = inspector == null ? null : inspector.askBackend(url);
        if (inspector == null || request == null) {
            String driver = node.node().driver().name();
            return new OriginResponse(id, "cannot ask its origin with the driver " + driver, null);
        }
        try {
            PurgeAnswer answer = node.inspect(inspector, request);
            return switch (node.driver().outcome(answer)) {
                case PurgeOutcome.Gone _ -> new OriginResponse(id, null, inspector.details(answer));
                case PurgeOutcome.Refused refused -> new OriginResponse(id, refused.answer(), null);
                case PurgeOutcome.Busy busy -> new OriginResponse(id, busy.answer(), null);
            };
        } catch (NotInspectableException e) {
            return new OriginResponse(id, e.reason(), null);
        } catch (IOException e) {
            return new OriginResponse(id, didNotAnswer(e), null);
        }
    }

    private static String didNotAnswer(IOException e) {
        return "did not answer: " + e.getMessage();
    }
}
