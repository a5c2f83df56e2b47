package io.freshet.purge.node;

import io.freshet.contracts.Selector;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.PurgeRequest;
import io.freshet.purge.verify.SeenCopy;
import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/** One purge for one node. Exactly one of the four result methods is called, once; none may block. */
public abstract class PurgeAttempt {

    private static final long INITIAL_BACKOFF_MILLIS = 20;
    private static final long MAX_BACKOFF_MILLIS = 1_000;

    /** Start of the wait in the queue, in nanoseconds; only the {@link PurgeQueue} uses it. */
    long queuedAt;

    /** Time of the first sending, in nanoseconds; only the {@link PurgeSender} that holds the attempt uses it. */
    long startedAt;

    /** Variant whose request is sent next, see {@link PurgeDriver#variants}; only its holder uses it. */
    private int variant;

    /** Whether the node had one of the variants before it. */
    private boolean hadVariant;

    /** Variant that was sent last, -1 before; only the {@link PurgeSender} writes this and the next. */
    private volatile int sentVariant = -1;

    /** Whether the request of a variant has been sent more than once. */
    private volatile boolean resent;

    /** Time of the last sending of the purge itself, in nanoseconds; as for the others, its holder uses it. */
    long purgedAt;

    /** Outcome of the purge, while a look must confirm it; else null. */
    PurgeOutcome.@Nullable Gone unverified;

    /** Whether a look has found no old copy; only the {@link PurgeSender} writes it. */
    private volatile boolean confirmed;

    /** Copy that the last look has found, if its age is not known; else null. */
    @Nullable
    SeenCopy seenCopy;

    /** Number of looks that have found an old copy. */
    int oldCopies;

    /** Pauses between the attempts; null before the first failure. */
    private @Nullable BackOffExecution backOff;

    /** Returns whether sending it has failed before. */
    final boolean isRetry() {
        return backOff != null;
    }

    /** Notes that it is being sent. */
    void noteSent() {
        resent = resent || sentVariant >= variant;
        sentVariant = variant;
    }

    /** Returns whether a variant follows the one that was sent. */
    final boolean hasNextVariant(PurgeDriver driver) {
        return variant + 1 < driver.variants();
    }

    /** Continues with the next variant. */
    final void noteVariantGone(PurgeOutcome.Gone outcome) {
        hadVariant = hadVariant || outcome == PurgeOutcome.Gone.PURGED;
        variant++;
    }

    /** Returns the outcome of all variants, given that of the last. Another sending begins with the first variant. */
    final PurgeOutcome.Gone ofAllVariants(PurgeOutcome.Gone outcome) {
        boolean isPurged = hadVariant;
        variant = 0;
        hadVariant = false;
        return isPurged ? PurgeOutcome.Gone.PURGED : outcome;
    }

    /**
     * Returns whether it was sent more than once, because an answer did not come in time: then an earlier sending may
     * have removed what the last one did not find.
     */
    protected final boolean isResent() {
        return resent;
    }

    /** Returns whether it was sent: then it may have had an effect, even without an answer. */
    protected final boolean isSent() {
        return sentVariant >= 0;
    }

    /** Notes that a look has found no old copy. */
    final void noteConfirmed() {
        confirmed = true;
    }

    /** Returns whether a look after the purge has found no old copy. */
    protected final boolean isConfirmed() {
        return confirmed;
    }

    /** Counts a failure and returns the pause before the next attempt, in milliseconds. */
    final long nextBackoffMillis() {
        backOff = backOff == null ? startBackOff() : backOff;
        return backOff.nextBackOff();
    }

    /** Returns the account that the purge belongs to. */
    public abstract String account();

    /** Returns the purge to send. */
    public abstract Purge purge();

    /** Returns whether it may be joined with others. */
    boolean isBan() {
        return purge().selector() != Selector.URL;
    }

    /** Returns the request that sends it. */
    PurgeRequest request(PurgeDriver driver) {
        return driver.request(purge(), variant);
    }

    /** Returns whether a look must confirm the purge, if the node can be looked into. */
    public boolean isVerified() {
        return false;
    }

    /** Returns whether its task was cancelled, so that it must not be sent any more. */
    public abstract boolean isCancelled();

    /** The purge is not sent, or not again, since it is cancelled. */
    public abstract void cancelled();

    /** The purge waits at the node, and is not done yet. Called any number of times. */
    public abstract void stalled();

    /** The node has answered. */
    public abstract void answered(PurgeOutcome.Final outcome);

    /**
     * The node is healthy, but has not completed this purge in time: the object is at fault.
     *
     * @param cause continues a sentence that begins with the node's id
     */
    public abstract void postponed(String cause);

    /** The node does not receive any purge now, for this reason. */
    public abstract void undelivered(NodeHealth reason);

    /** Returns the pauses between attempts: 20 ms after the first failure, doubled by each further one, up to 1 s. */
    static BackOffExecution startBackOff() {
        ExponentialBackOff backOff = new ExponentialBackOff(INITIAL_BACKOFF_MILLIS, 2);
        backOff.setMaxInterval(MAX_BACKOFF_MILLIS);
        return backOff.start();
    }
}
