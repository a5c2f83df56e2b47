package io.freshet.benchmark.measure;

import io.freshet.benchmark.measure.BenchmarkEnvironment.RunningService;
import io.freshet.cluster.http.GatewayClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Counter of answers that nodes give, from now on. */
public final class AnswerCounter {

    /** Far more than any backlog takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final long SHORTEST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final LongSupplier answers;
    private final long before;

    private AnswerCounter(LongSupplier answers, long before) {
        this.answers = answers;
        this.before = before;
    }

    /** Creates a counter of what this supplier counts. */
    public static AnswerCounter of(LongSupplier answers) {
        return new AnswerCounter(answers, answers.getAsLong());
    }

    /** Returns a counter of the purges of objects that the nodes did not have, as the workers count them together. */
    public static AnswerCounter ofPurges(List<RunningService> workers) {
        List<LongSupplier> counts = workers.stream()
                .map(worker -> metric(worker, "freshet_purges_total", "absent"))
                .toList();
        return of(() -> counts.stream().mapToLong(LongSupplier::getAsLong).sum());
    }

    /** Returns a counter of the objects that the nodes drop by bans or by tags, as a worker counts them. */
    public static AnswerCounter ofBans(RunningService worker) {
        return ofMetric(worker, "freshet_purges_total", "banned");
    }

    /** Returns a counter of the pushed objects that the nodes stored, as a worker counts them. */
    public static AnswerCounter ofPushes(RunningService worker) {
        return ofMetric(worker, "freshet_push_requests_total", "stored");
    }

    private static AnswerCounter ofMetric(RunningService worker, String name, String outcome) {
        return of(metric(worker, name, outcome));
    }

    private static LongSupplier metric(RunningService worker, String name, String outcome) {
        GatewayClient metrics = new GatewayClient(worker.place().management().fromHere(), null);
        return () -> (long) metrics.metric(name, "outcome=\"" + outcome + '"');
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
