package io.freshet.purge.verify;

import static java.util.Objects.requireNonNull;

import io.freshet.fleet.node.Node;
import io.freshet.purge.driver.CacheInspector;
import io.freshet.purge.driver.Look;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeRequest;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Verification of one node's purges. A node must pass the canary before it is healthy; afterwards single purges are
 * verified by a look. Nodes whose driver cannot look are taken on trust. Thread-safe.
 */
public final class PurgeVerifier {

    /** The node rounds the time of a fetch, and its age, to milliseconds. */
    private static final Duration PRECISION = Duration.ofMillis(2);

    private final VerificationProperties settings;
    private final @Nullable CacheInspector inspector;
    private final @Nullable Canary canary;

    /** Configuration with which the node has passed the canary; null if it must be played. */
    private volatile @Nullable String proven;

    private volatile boolean canLook;

    public PurgeVerifier(Node node, PurgeDriver driver, VerificationProperties settings) {
        this.settings = settings;
        this.inspector = driver.inspector();
        this.canary = inspector == null || !settings.canary() ? null : new Canary(node, driver, inspector);
    }

    // ---- the node

    /**
     * Returns why purges of the node cannot be relied upon; null if they can. Plays the canary, unless the node has
     * passed it with its present configuration and was healthy since.
     *
     * @param probe the node's response to a probe
     * @param wasHealthy whether the node was healthy by the probe before
     * @throws IOException if the node does not answer, or is busy
     */
    public @Nullable String failure(PurgeAnswer probe, boolean wasHealthy, NodeExchange node) throws IOException {
        String configuration = inspector == null ? null : inspector.configuration(probe);
        canLook = configuration != null;
        if (canary == null || inspector == null) {
            return null;
        }
        if (configuration == null) {
            proven = null;
            return inspector.remedy();
        }
        return wasHealthy && configuration.equals(proven) ? null : play(canary, configuration, node);
    }

    private @Nullable String play(Canary test, String configuration, NodeExchange node) throws IOException {
        proven = null;
        String failure = test.failure(node);
        proven = failure == null ? configuration : null;
        return failure;
    }

    // ---- single purges

    /** Returns the number of objects of each refresh that are looked at on this node. */
    public int objects() {
        return inspector == null ? 0 : settings.objects();
    }

    /** Returns whether the node can be looked into, by its last probe. */
    public boolean canLook() {
        return canLook;
    }

    /** Returns the request for a look after a purge. */
    public PurgeRequest look(Purge purge) {
        return requireNonNull(inspector).look(purge);
    }

    /**
     * Returns why a look does not confirm a purge; null if it does.
     *
     * @param answer the node's response to the look
     * @param sincePurge time since the purge was sent, or since the first if this is the second and keeps new copies
     */
    public @Nullable LookFailure failure(PurgeAnswer answer, Purge purge, Duration sincePurge) {
        return switch (requireNonNull(inspector).look(answer)) {
            case Look.Absent _ -> null;
            case Look.Unknown(String text) -> new LookFailure(text, false);
            case Look.Present copy
            when copy.sinceFetch().compareTo(sincePurge.plus(PRECISION)) <= 0 -> null;
            case Look.Present copy
            when copy.isStale() && purge.soft() -> null;
            case Look.Present copy -> old(copy);
        };
    }

    /** Makes the next check of the node play the canary. */
    private LookFailure old(Look.Present copy) {
        proven = null;
        return new LookFailure("still serves it, stored " + text(copy.sinceFetch()) + " ago", true);
    }

    private static String text(Duration age) {
        if (age.toDays() > 1) {
            return age.toDays() + " days";
        }
        if (age.toHours() > 1) {
            return age.toHours() + " hours";
        }
        return age.toMinutes() > 1 ? age.toMinutes() + " minutes" : age.toSeconds() + " s";
    }
}
