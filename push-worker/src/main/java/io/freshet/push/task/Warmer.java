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

    /** Result for one object. */
    sealed interface PushResult {

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

        /** Notes that the node has a variant, whose body was received last. */
        default void variantDone() {}

        /** The origin makes the next request wait. */
        void delayed(String why);
    }

    /**
     * One node's part of a task.
     *
     * @param since start of the task, as {@link System#nanoTime}
     */
    record NodeJob(
            Node node, List<Map<String, String>> variants, TaskLimiter limiter, CancellableWaits waits, long since) {}

    private final NodeClient client;
    private final NodeAvailability states;
    private final RetryPolicy retries;

    public Warmer(NodeClient client, NodeAvailability states, RetryPolicy retries) {
        this.client = client;
        this.states = states;
        this.retries = retries;
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
        long bytes = 0;
        SequencedSet<String> remarks = new LinkedHashSet<>();
        for (Map<String, String> variant : job.variants()) {
            switch (warm(job, url, variant, listener)) {
                case PushResult.Pushed warm -> {
                    listener.variantDone();
                    bytes += warm.bytes();
                    if (warm.remark() != null) {
                        remarks.add(warm.remark());
                    }
                }
                case PushResult.NotPushed notPushed -> {
                    return notPushed;
                }
            }
        }
        return new PushResult.Pushed(bytes, remarks.isEmpty() ? null : String.join(", ", remarks));
    }

    private PushResult warm(NodeJob job, PublicUrl url, Map<String, String> variant, FetchListener listener)
            throws InterruptedException, PushCancelledException {
        BackOffExecution backOff = retries.backOff();
        for (int attempt = 1; ; attempt++) {
            Optional<String> failure = await(job, listener);
            if (failure.isPresent()) {
                return new PushResult.NotPushed(failure.get());
            }
            switch (get(job, url, variant, listener)) {
                case Fetched fetched -> {
                    // A node that lags since may have delivered its old copy.
                    if (states.unavailableBecause(job.node().id()).isEmpty()) {
                        return new PushResult.Pushed(fetched.bytes(), fetched.remark());
                    }
                }
                case Rejected rejected -> {
                    return new PushResult.NotPushed(rejected.reason());
                }
                case NotStored notStored -> {
                    // The first time a purge may have come between; the second time the object is uncacheable.
                    if (attempt >= Math.min(2, retries.maxAttempts())) {
                        return new PushResult.NotPushed(notStored.reason());
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

    private static PushResult failedAfter(int maxAttempts, String reason) {
        return new PushResult.NotPushed(maxAttempts == 1 ? reason : reason + " (" + maxAttempts + " attempts)");
    }

    private FetchOutcome get(NodeJob job, PublicUrl url, Map<String, String> variant, FetchListener listener)
            throws InterruptedException, PushCancelledException {
        try (OriginRequest request = job.waits().get(() -> job.limiter().begin(listener::delayed))) {
            listener.sending();
            FetchOutcome outcome = client.get(job.node(), url, variant, request, request.timed(listener.body()));
            request.ended(outcome);
            return outcome;
        }
    }
}
