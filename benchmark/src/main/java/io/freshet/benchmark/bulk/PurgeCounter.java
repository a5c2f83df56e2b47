package io.freshet.benchmark.bulk;

import io.freshet.benchmark.measure.BenchmarkEnvironment.RunningService;
import io.freshet.cluster.http.GatewayClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Counts answers to purges, from now on. */
public final class PurgeCounter {

    /** Far more than any backlog takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final long SHORTEST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final LongSupplier answers;
    private final long before;

    private PurgeCounter(LongSupplier answers, long before) {
        this.answers = answers;
        this.before = before;
    }

    /**
     * As the nodes count them. A Varnish tells what it has counted when its connections have nothing to do for a
     * moment, and not before.
     */
    static PurgeCounter of(List<PurgedNodes> nodes) {
        LongSupplier answers = () ->
                nodes.stream().mapToLong(node -> node.answered().getAsLong()).sum();
        return new PurgeCounter(answers, answers.getAsLong());
    }

    /** As a worker counts them: those of nodes that have none of the objects. */
    public static PurgeCounter of(RunningService worker) {
        GatewayClient metrics = new GatewayClient(worker.place().management().fromHere(), null);
        LongSupplier answers = () -> (long) metrics.metric("freshet_purges_total", "outcome=\"absent\"");
        return new PurgeCounter(answers, answers.getAsLong());
    }

    /**
     * Waits until there are this many.
     *
     * @throws IllegalStateException if that takes too long
     */
    public CountSample await(long count) throws InterruptedException {
        CountSample first = now();
        CountSample now = first;
        while (now.count() < count) {
            if (now.nanos() - first.nanos() > PATIENCE.toNanos()) {
                throw new IllegalStateException("only " + now.count() + " of " + count + " were answered");
            }
            TimeUnit.MILLISECONDS.sleep(pauseMillis(first.rateUntil(now), count - now.count()));
            now = now();
        }
        return now;
    }

    /**
     * Looking takes processor time from those who are looked at, so few looks are taken while much is missing: each
     * after half of the time left.
     */
    private static long pauseMillis(double perSecond, long missing) {
        double left = perSecond > 0 ? 1_000 * missing / perSecond : 0;
        return Math.clamp((long) (left / 2), SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
    }

    /** Returns the current count. */
    public CountSample now() {
        long count = answers.getAsLong() - before;
        return new CountSample(System.nanoTime(), count);
    }

    /** @param count of answers so far */
    public record CountSample(long nanos, long count) {

        /** Answers a second in between. */
        public double rateUntil(CountSample later) {
            return (later.count - count) * 1e9 / (later.nanos - nanos);
        }
    }
}
