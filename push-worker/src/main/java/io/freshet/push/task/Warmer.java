package io.freshet.push.task;

import io.freshet.fleet.Node;
import io.freshet.push.fetch.NodeClient;
import io.freshet.push.fetch.Outcome;
import io.freshet.push.fetch.Outcome.Failed;
import io.freshet.push.fetch.Outcome.Fetched;
import io.freshet.push.fetch.Outcome.NotKept;
import io.freshet.push.fetch.Outcome.Refused;
import io.freshet.push.fetch.Outcome.Unreachable;
import io.freshet.push.fetch.PublicUrl;
import io.freshet.push.limit.Turnstile;
import io.freshet.push.node.NodeStates;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings an object into a node: every variant, again where that may help, and not while the node is late. */
public final class Warmer {

    /** How it went. */
    sealed interface Result {

        /**
         * @param bytes of all variants
         */
        record Warm(long bytes) implements Result {}

        record Cold(String why) implements Result {}
    }

    /** What goes wrong on the way. */
    interface Watcher {
        void waiting(String why);

        void backAgain();

        void troubled(String why);
    }

    /**
     * One node's part of a task.
     *
     * @param since when the task began, as {@link System#nanoTime}
     */
    record Errand(Node node, List<Map<String, String>> variants, Turnstile turnstile, long since) {}

    private final NodeClient client;
    private final NodeStates states;
    private final Retries retries;

    public Warmer(NodeClient client, NodeStates states, Retries retries) {
        this.client = client;
        this.states = states;
        this.retries = retries;
    }

    /**
     * Waits for a node that is late.
     *
     * @return why it was given up, or empty if it is there
     */
    Optional<String> await(Errand errand, Watcher watcher) throws InterruptedException {
        String node = errand.node().id();
        Optional<String> why = states.lateBecause(node);
        if (why.isPresent()) {
            watcher.waiting(why.get());
            if (!states.await(node, errand.since(), retries.lateNode())) {
                return Optional.of("still late after " + retries.lateNode().toSeconds() + " s: " + why.get());
            }
            watcher.backAgain();
        }
        return Optional.empty();
    }

    Result warm(Errand errand, PublicUrl url, Watcher watcher) throws InterruptedException {
        long bytes = 0;
        for (Map<String, String> variant : errand.variants()) {
            switch (warm(errand, url, variant, watcher)) {
                case Result.Warm warm -> bytes += warm.bytes();
                case Result.Cold cold -> {
                    return cold;
                }
            }
        }
        return new Result.Warm(bytes);
    }

    private Result warm(Errand errand, PublicUrl url, Map<String, String> variant, Watcher watcher)
            throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Optional<String> givenUp = await(errand, watcher);
            if (givenUp.isPresent()) {
                return new Result.Cold(givenUp.get());
            }
            switch (get(errand, url, variant)) {
                case Fetched fetched -> {
                    // A node that became late meanwhile may have delivered its old copy.
                    if (states.lateBecause(errand.node().id()).isEmpty()) {
                        return new Result.Warm(fetched.bytes());
                    }
                }
                case Refused refused -> {
                    return new Result.Cold(refused.reason());
                }
                case NotKept notKept -> {
                    // A purge may have come between; twice, it is the object's own nature.
                    if (attempt >= Math.min(2, retries.attempts())) {
                        return new Result.Cold(notKept.reason());
                    }
                    Thread.sleep(retries.pauseAfter(attempt, null));
                }
                case Failed failed -> {
                    if (attempt >= retries.attempts()) {
                        return givenUpAfter(attempt, failed.reason());
                    }
                    watcher.troubled(failed.reason());
                    Thread.sleep(retries.pauseAfter(attempt, failed.after()));
                }
                case Unreachable unreachable -> {
                    states.unreachable(errand.node(), unreachable.reason());
                    if (attempt >= retries.attempts()) {
                        return givenUpAfter(attempt, unreachable.reason());
                    }
                }
            }
        }
    }

    private static Result givenUpAfter(int attempts, String reason) {
        return new Result.Cold(attempts == 1 ? reason : reason + " (" + attempts + " attempts)");
    }

    private Outcome get(Errand errand, PublicUrl url, Map<String, String> variant) throws InterruptedException {
        Turnstile turnstile = errand.turnstile();
        turnstile.requests().acquire();
        try {
            return client.get(errand.node(), url, variant, turnstile::taken);
        } finally {
            turnstile.requests().release();
        }
    }
}
