package io.freshet.benchmark.latency;

import io.freshet.benchmark.measure.ConcurrentTasks;
import io.freshet.benchmark.measure.ConcurrentTasks.ThrowingTask;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.Latencies;
import io.freshet.benchmark.measure.ScenarioResults;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Durations of one account's refreshes of one URL, ten a second: without other work, before and after the load of
 * another account, and beside this load. All are of one run, so the ratio is the effect of the load.
 */
final class LatenciesBesideLoad {

    /** Takes less than 3% of the CPU time from the load. */
    private static final double PER_SECOND = 10;

    private final RefreshLatencyProbe refreshes;
    private final Latencies idle = new Latencies();
    private final Latencies beside = new Latencies();

    LatenciesBesideLoad(RefreshLatencyProbe refreshes) {
        this.refreshes = refreshes;
    }

    /** Measures this many refreshes without any load. */
    void idle(int count) throws Exception {
        idle.addAll(refreshes.steadily(PER_SECOND, count));
    }

    /** Measures at least one refresh, and more until the load has ended. */
    void beside(ThrowingTask load) throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        try (ConcurrentTasks work = new ConcurrentTasks()) {
            work.start(() -> {
                try {
                    load.run();
                } finally {
                    ended.set(true);
                }
            });
            beside.addAll(refreshes.steadily(PER_SECOND, i -> i == 0 || !ended.get()));
        }
    }

    /** Adds the latencies, and the ratio of those beside the load to the idle ones. */
    void addTo(ScenarioResults results, double maxP99Ratio) {
        results.add(Figure.of("idle, accepted to applied, p50", idle.median(), "ms"));
        results.add(Figure.of("idle, accepted to applied, p99", idle.millis(0.99), "ms"));
        results.add(Figure.of("beside the load, p50", beside.median(), "ms").comparedTo("idle", idle.median()));
        results.add(Figure.of("beside the load, p99", beside.millis(0.99), "ms")
                .comparedTo("idle", idle.millis(0.99))
                .ratioAtMost(maxP99Ratio));
        results.add(
                Figure.of("beside the load, slowest", beside.millis(1), "ms").comparedTo("idle", idle.millis(1)));
    }
}
