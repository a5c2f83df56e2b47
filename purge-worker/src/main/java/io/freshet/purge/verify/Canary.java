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

    private static final String DIRECTORY = "/.freshet-canary/";

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
        String directory = site + DIRECTORY + UUID.randomUUID() + '/'; // another worker may test the node, too
        Purge object = Purge.of(Selector.URL, directory + "object", false);
        for (Selector selector : Selector.values()) {
            if (driver.supports(selector)) {
                String named = selector == Selector.URL ? directory + "object" : directory;
                String failure = failure(node, object, Purge.of(selector, named, false));
                if (failure == null && driver.marksStale(selector, configuration)) {
                    failure = failure(node, object, Purge.of(selector, named, true));
                }
                if (failure != null) {
                    return failure;
                }
            }
        }
        return null;
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
