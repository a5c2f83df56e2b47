package io.freshet.benchmark.purge;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Counts what nodes have answered, from now on. */
final class Deliveries {

    /** Far more than any backlog takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final long LOOK_MILLIS = 50;

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
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Moment now = now();
        while (now.count() < count) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("only " + now.count() + " of " + count + " were answered");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            now = now();
        }
        return now;
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
