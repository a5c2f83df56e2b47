package io.freshet.purge.verify;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Node;
import io.freshet.purge.driver.CacheInspector;
import io.freshet.purge.driver.Look;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeOutcome;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Test of one node's purges: puts an object into its cache, purges it by each selector, and looks. Stateless. */
final class Canary {

    private final PurgeDriver driver;
    private final CacheInspector inspector;
    private final String site;

    Canary(Node node, PurgeDriver driver, CacheInspector inspector) {
        this.driver = driver;
        this.inspector = inspector;
        this.site = "http://" + node.address().getAuthority();
    }

    /**
     * Returns why purges of the node cannot be relied upon; null if each of them had its effect.
     *
     * @param configuration of the node
     * @throws IOException if the node does not answer, or is busy
     */
    @Nullable
    String failure(NodeExchange node, String configuration) throws IOException {
        String id = UUID.randomUUID().toString(); // another worker may test the node, too
        for (Selector selector : Selector.values()) {
            String failure = isTested(selector, node, id)
                    ? failure(node, configuration, CanaryObject.of(selector, site, id))
                    : null;
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    private boolean isTested(Selector selector, NodeExchange node, String id) throws IOException {
        return driver.canBeTested(selector)
                && (!CanaryObject.isOnHostOfItsOwn(selector) || cachesUnknownHostsApart(node, id));
    }

    /**
     * Returns whether the node has a cache key of its own for a host that it does not know. If its VCL maps such hosts
     * to a site, a test of hosts would drop that site.
     */
    private boolean cachesUnknownHostsApart(NodeExchange node, String id) throws IOException {
        Purge object = CanaryObject.of(Selector.HOST, site, id).object();
        return refusal(node.send(inspector.put(object))) == null
                && look(node, CanaryObject.onAnotherHost(id)) instanceof Look.Absent;
    }

    private @Nullable String failure(NodeExchange node, String configuration, CanaryObject object) throws IOException {
        String failure = failure(node, object.object(), object.purge(false));
        return failure == null && driver.marksStale(object.selector(), configuration)
                ? failure(node, object.object(), object.purge(true))
                : failure;
    }

    private @Nullable String failure(NodeExchange node, Purge object, Purge purge) throws IOException {
        String by = (purge.soft() ? "soft " : "") + purge.selector();
        String refusal = refusal(node.send(inspector.put(object)));
        if (refusal != null) {
            return "refuses a test object, so that its purges cannot be checked: it " + refusal;
        }
        switch (look(node, object)) {
            case Look.Absent _ -> {
                return "does not keep a test object, so that its purges cannot be checked";
            }
            case Look.Unknown(String answer) -> {
                return "does not tell what its cache holds, so that its purges cannot be checked: it " + answer;
            }
            case Look.Present _, Look.Undated _ -> {
                refusal = refusal(node.send(driver.request(purge)));
            }
        }
        if (refusal != null) {
            return "refuses the purge of a test object by " + by + ": it " + refusal;
        }
        return isPurged(look(node, object), purge)
                ? null
                : "confirms purges without effect: a test object was still in its cache after a purge by " + by;
    }

    private static boolean isPurged(Look look, Purge purge) {
        return look instanceof Look.Absent || purge.soft() && look instanceof Look.Present copy && copy.isStale();
    }

    private Look look(NodeExchange node, Purge object) throws IOException {
        return inspector.look(node.send(inspector.look(object)));
    }

    private @Nullable String refusal(PurgeAnswer answer) throws IOException {
        return switch (driver.outcome(answer)) {
            case PurgeOutcome.Gone _ -> null;
            case PurgeOutcome.Refused refused -> refused.answer();
            case PurgeOutcome.Busy busy -> throw new IOException("it " + busy.answer() + " to a test of its purges");
        };
    }
}
