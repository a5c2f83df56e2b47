package io.freshet.benchmark.latency;

import io.freshet.benchmark.measure.ConcurrentTasks;
import io.freshet.benchmark.measure.ConcurrentTasks.ThrowingTask;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.Latencies;
import io.freshet.benchmark.measure.ScenarioResults;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Durations of one account's refreshes of one URL, ten a second: without other work, before and after the load of
 * another account, and beside this load. All are of one run, so the ratio is the effect of the load.
 */
final class LatenciesBesideLoad {

    /** Takes less than 3% of the CPU time from the load. */
    private static final double PER_SECOND = 10;

    private final RefreshLatencyProbe refreshes;
    private final RefreshLatencies idle = new RefreshLatencies();
    private final RefreshLatencies beside = new RefreshLatencies();

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
        results.add(figure("until the answer 202, p50", RefreshLatencies::accepted, 0.5));
        results.add(figure("until the answer 202, p99", RefreshLatencies::accepted, 0.99));
        results.add(figure("accepted to applied, p50", RefreshLatencies::applied, 0.5));
        results.add(figure("accepted to applied, p99", RefreshLatencies::applied, 0.99)
                .ratioAtMost(maxP99Ratio));
        results.add(figure("accepted to applied, slowest", RefreshLatencies::applied, 1));
    }

    private Figure figure(String name, Function<RefreshLatencies, Latencies> kind, double quantile) {
        return Figure.of("beside the load, " + name, kind.apply(beside).millis(quantile), "ms")
                .comparedTo("idle", kind.apply(idle).millis(quantile));
    }
}
