package io.freshet.push.task;

import io.freshet.fleet.node.Node;
import io.freshet.push.fetch.BodySink;
import io.freshet.push.fetch.FetchOutcome;
import io.freshet.push.fetch.FetchOutcome.Fetched;
import io.freshet.push.fetch.FetchOutcome.NoConnection;
import io.freshet.push.fetch.FetchOutcome.NotStored;
import io.freshet.push.fetch.FetchOutcome.Rejected;
import io.freshet.push.fetch.FetchOutcome.Retryable;
import io.freshet.push.fetch.NodeClient;
import io.freshet.push.fetch.PublicUrl;
import io.freshet.push.limit.OriginRequest;
import io.freshet.push.limit.TaskLimiter;
import io.freshet.push.node.NodeAvailability;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOffExecution;

/** Pushes one object into a node, with all variants and retries, and not while the node is unavailable. */
public final class Warmer {

    /** Result for one URL. */
    private sealed interface UrlResult {}

    /** The URL leads to another one, which is to be pushed, too. */
    private record Redirected(PublicUrl target, long bytes) implements UrlResult {}

    /** Result for one object. */
    sealed interface PushResult extends UrlResult {

        /**
         * The node has all variants.
         *
         * @param bytes of all variants
         * @param remark what the node has instead of the object; null if it has the object
         */
        record Pushed(long bytes, @Nullable String remark) implements PushResult {}

        record NotPushed(String why) implements PushResult {}
    }

    /** Receives the events of a push that is not done yet. */
    interface FetchListener {
        void sending();

        void waiting(String why);

        void available();

        void retrying(String why);

        /** Returns what receives the body of the next request. */
        default BodySink body() {
            return BodySink.DISCARD;
        }

        /**
         * Notes that the node has a variant, whose body was received last.
         *
         * @param from its URL: that of the object, or the target of redirects
         */
        default void variantDone(PublicUrl from) {}

        /** The origin makes the next request wait. */
        void delayed(String why);
    }

    /**
     * One node's part of a task.
     *
     * @param since start of the task, as {@link System#nanoTime}
     */
    record NodeJob(
            Node node,
            Variants variants,
            RedirectTargets redirects,
            TaskLimiter limiter,
            CancellableWaits waits,
            long since) {}

    private final NodeClient client;
    private final NodeAvailability states;
    private final RetryPolicy retries;

    public Warmer(NodeClient client, NodeAvailability states, RetryPolicy retries) {
        this.client = client;
        this.states = states;
        this.retries = retries;
    }

    /** Returns whether the node is not part of the fleet any more: the task does not need it. */
    boolean hasLeft(NodeJob job) {
        return states.hasLeft(job.node().id());
    }

    boolean isAvailable(NodeJob job) {
        return states.unavailableBecause(job.node().id()).isEmpty();
    }

    /**
     * Waits until the node is available.
     *
     * @return the reason if it is still unavailable after the timeout
     */
    Optional<String> await(NodeJob job, FetchListener listener) throws InterruptedException, PushCancelledException {
        String node = job.node().id();
        Optional<String> why = states.unavailableBecause(node);
        if (why.isPresent()) {
            listener.waiting(why.get());
            if (!job.waits().get(() -> states.await(node, job.since(), retries.laggingNodeTimeout()))) {
                return Optional.of("still unavailable after "
                        + retries.laggingNodeTimeout().toSeconds() + " s: " + why.get());
            }
            listener.available();
        }
        return Optional.empty();
    }

    /**
     * Pushes the object.
     *
     * @throws PushCancelledException if the task is cancelled before the last request is sent
     */
    PushResult warm(NodeJob job, PublicUrl url, FetchListener listener)
            throws InterruptedException, PushCancelledException {
        FetchedVariants fetched = new FetchedVariants(job.variants().required());
        SequencedSet<String> remarks = new LinkedHashSet<>();
        for (Map<String, String> variant : job.variants().combinations()) {
            if (fetched.has(variant)) {
                continue;
            }
            ResponseNotes notes = new ResponseNotes(listener.body());
            switch (follow(job, url, variant, notes, listener)) {
                case PushResult.Pushed warm -> {
                    fetched.add(variant, notes.vary(), notes.encoding(), warm.bytes());
                    if (warm.remark() != null) {
                        remarks.add(warm.remark());
                    }
                }
                case PushResult.NotPushed notPushed -> {
                    return notPushed;
                }
            }
        }
        String variants = fetched.description();
        if (variants != null) {
            remarks.add(variants);
        }
        return new PushResult.Pushed(fetched.bytes(), remarks.isEmpty() ? null : String.join("; ", remarks));
    }

    /** Pushes a variant of the object, and of the targets of redirects that it leads to, if they are to be followed. */
    private PushResult follow(
            NodeJob job, PublicUrl url, Map<String, String> variant, ResponseNotes notes, FetchListener listener)
            throws InterruptedException, PushCancelledException {
        SequencedSet<PublicUrl> visited = new LinkedHashSet<>(List.of(url));
        long bytes = 0;
        while (true) {
            PublicUrl now = visited.getLast();
            boolean isTarget = visited.size() > 1;
            switch (warm(job, now, variant, notes, listener)) {
                case PushResult.Pushed pushed -> {
                    listener.variantDone(now);
                    String remark =
                            isTarget ? joined("followed a redirect to " + now, pushed.remark()) : pushed.remark();
                    return new PushResult.Pushed(bytes + pushed.bytes(), remark);
                }
                case PushResult.NotPushed notPushed -> {
                    return isTarget
                            ? new PushResult.NotPushed("redirected to " + now + ": " + notPushed.why())
                            : notPushed;
                }
                case Redirected redirect -> {
                    bytes += redirect.bytes();
                    if (!visited.add(redirect.target())) {
                        return new PushResult.NotPushed("redirects in a loop, at " + redirect.target());
                    }
                    if (visited.size() > RedirectTargets.MAX_HOPS + 1) {
                        return new PushResult.NotPushed("more than " + RedirectTargets.MAX_HOPS + " redirects");
                    }
                }
            }
        }
    }

    private static String joined(String remark, @Nullable String other) {
        return other == null ? remark : remark + ", " + other;
    }

    private UrlResult warm(
            NodeJob job, PublicUrl url, Map<String, String> variant, ResponseNotes notes, FetchListener listener)
            throws InterruptedException, PushCancelledException {
        BackOffExecution backOff = retries.backOff();
        for (int attempt = 1; ; attempt++) {
            Optional<String> failure = await(job, listener);
            if (failure.isPresent()) {
                return new PushResult.NotPushed(failure.get());
            }
            FetchOutcome outcome = get(job, url, variant, notes, listener);
            // A node that lags since may have delivered its old copy.
            boolean isCurrent = isAvailable(job);
            RedirectTargets.RedirectTarget target = job.redirects().of(url, notes.location());
            if (isCurrent
                    && !(outcome instanceof Retryable)
                    && target instanceof RedirectTargets.RedirectTarget.Followed(PublicUrl followed)) {
                return new Redirected(followed, outcome instanceof Fetched fetched ? fetched.bytes() : 0);
            }
            switch (outcome) {
                case Fetched fetched -> {
                    if (isCurrent) {
                        return new PushResult.Pushed(
                                fetched.bytes(),
                                fetched.remark() == null ? null : withIgnored(fetched.remark(), target));
                    }
                }
                case Rejected rejected -> {
                    return new PushResult.NotPushed(withIgnored(rejected.reason(), target));
                }
                case NotStored notStored -> {
                    // The first time a purge may have come between; the second time the object is uncacheable.
                    if (attempt >= Math.min(2, retries.maxAttempts())) {
                        return new PushResult.NotPushed(withIgnored(notStored.reason(), target));
                    }
                    job.waits().sleep(retries.pause(backOff, null));
                }
                case Retryable failed -> {
                    if (attempt >= retries.maxAttempts()) {
                        return failedAfter(attempt, failed.reason());
                    }
                    listener.retrying(failed.reason());
                    job.waits().sleep(retries.pause(backOff, failed.after()));
                }
                case NoConnection unreachable -> {
                    states.unreachable(job.node(), unreachable.reason());
                    if (attempt >= retries.maxAttempts()) {
                        return failedAfter(attempt, unreachable.reason());
                    }
                }
            }
        }
    }

    /** Returns what is said about a URL, and why its redirect is not followed. */
    private static String withIgnored(String text, RedirectTargets.@Nullable RedirectTarget target) {
        return target instanceof RedirectTargets.RedirectTarget.Ignored(String reason) ? joined(text, reason) : text;
    }

    private static PushResult failedAfter(int maxAttempts, String reason) {
        return new PushResult.NotPushed(maxAttempts == 1 ? reason : reason + " (" + maxAttempts + " attempts)");
    }

    private FetchOutcome get(
            NodeJob job, PublicUrl url, Map<String, String> variant, ResponseNotes notes, FetchListener listener)
            throws InterruptedException, PushCancelledException {
        try (OriginRequest request = job.waits().get(() -> job.limiter().begin(listener::delayed))) {
            listener.sending();
            notes.begin();
            FetchOutcome outcome = client.get(job.node(), url, variant, request, request.timed(notes));
            request.ended(outcome);
            return outcome;
        }
    }
}
