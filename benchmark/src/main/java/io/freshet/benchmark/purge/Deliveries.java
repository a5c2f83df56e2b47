package io.freshet.benchmark.purge;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Counts what nodes have answered, from now on. */
final class Deliveries {

    /** Far more than any backlog takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final long SHORTEST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final List<Node> nodes;
    private final long before;

    Deliveries(List<Node> nodes) {
        this.nodes = nodes;
        this.before = total();
    }

    /**
     * Waits until the nodes have answered this many.
     *
     * @throws IllegalStateException if they do not
     */
    Moment await(long count) throws InterruptedException {
        Moment first = now();
        Moment now = first;
        while (now.count() < count) {
            if (now.nanos() - first.nanos() > PATIENCE.toNanos()) {
                throw new IllegalStateException("only " + now.count() + " of " + count + " were answered");
            }
            TimeUnit.MILLISECONDS.sleep(pauseMillis(first.rateUntil(now), count - now.count()));
            now = now();
        }
        return now;
    }

    /** A look starts a process for each node, so few are taken while many answers are missing: each after half of the time that is left. */
    private static long pauseMillis(double perSecond, long missing) {
        double left = perSecond > 0 ? 1_000 * missing / perSecond : 0;
        return Math.clamp((long) (left / 2), SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
    }

    /** How many it is now. */
    Moment now() {
        long count = total() - before;
        return new Moment(System.nanoTime(), count);
    }

    private long total() {
        return nodes.stream().mapToLong(node -> node.answered().getAsLong()).sum();
    }

    /** @param count of answers so far */
    record Moment(long nanos, long count) {

        /** Answers a second in between. */
        double rateUntil(Moment later) {
            return (later.count - count) * 1e9 / (later.nanos - nanos);
        }
    }
}
