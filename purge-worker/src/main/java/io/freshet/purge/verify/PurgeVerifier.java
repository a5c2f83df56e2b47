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

    /** Dates of HTTP have whole seconds. */
    private static final Duration DATE_PRECISION = Duration.ofMillis(1_100);

    private final VerificationProperties settings;
    private final @Nullable CacheInspector inspector;
    private final @Nullable Canary canary;

    /** Configuration with which the node has passed the canary; null if it must be played. */
    private volatile @Nullable String proven;

    /** By the last probe; null if the node cannot be looked into. */
    private volatile @Nullable String configuration;

    public PurgeVerifier(Node node, PurgeDriver driver, VerificationProperties settings) {
        this.settings = settings;
        this.inspector = driver.inspector();
        this.canary = inspector == null || !settings.canary() || !inspector.canPut()
                ? null
                : new Canary(node, driver, inspector);
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
        String present = inspector == null ? null : inspector.configuration(probe);
        configuration = present;
        if (canary == null || inspector == null) {
            return null;
        }
        if (present == null) {
            proven = null;
            return inspector.remedy();
        }
        return wasHealthy && present.equals(proven) ? null : play(canary, present, node);
    }

    private @Nullable String play(Canary test, String present, NodeExchange node) throws IOException {
        proven = null;
        String failure = test.failure(node, present);
        proven = failure == null ? present : null;
        return failure;
    }

    // ---- single purges

    /** Returns the number of objects of each refresh that are looked at on this node. */
    public int objects() {
        return inspector == null ? 0 : settings.objects();
    }

    /** Returns whether the node can be looked into, by its last probe. */
    public boolean canLook() {
        return configuration != null;
    }

    /** Returns the node's configuration by its last probe; null if it cannot be looked into. */
    public @Nullable String configuration() {
        return configuration;
    }

    /** Returns whether a look needs a connection of its own. */
    public boolean looksApart() {
        return inspector != null && inspector.mayCloseConnection();
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
     * @param before the copy that the look before has found, and that was purged again; null if there is none
     */
    public @Nullable LookFailure failure(
            PurgeAnswer answer, Purge purge, Duration sincePurge, @Nullable SeenCopy before) {
        return switch (requireNonNull(inspector).look(answer)) {
            case Look.Absent _ -> null;
            case Look.Unknown(String text) -> new LookFailure(text, false);
            case Look.Present copy when copy.sinceFetch().compareTo(sincePurge.plus(PRECISION)) <= 0 -> null;
            case Look.Present copy when copy.isStale() && purge.soft() -> null;
            case Look.Present copy -> old(copy);
            case Look.Undated copy -> undated(copy, before);
        };
    }

    /** Makes the next check of the node play the canary. */
    private LookFailure old(Look.Present copy) {
        proven = null;
        return new LookFailure("still serves it, stored " + text(copy.sinceFetch()) + " ago", true);
    }

    /**
     * Lets a second look decide, after another purge. A copy that has changed was fetched after the first. Copies that
     * were fetched within the same second cannot be told apart, so the second look must be later than that.
     */
    private @Nullable LookFailure undated(Look.Undated copy, @Nullable SeenCopy before) {
        if (before == null) {
            return new LookFailure("has a copy, whose age it does not tell", false, SeenCopy.now(copy.copy()));
        }
        if (!before.copy().equals(copy.copy())) {
            return null;
        }
        boolean isOld = System.nanoTime() - before.at() > DATE_PRECISION.toNanos();
        return new LookFailure("still serves the same copy after another purge" + copy.doubt(), isOld, before);
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
