package io.freshet.benchmark.bulk;

import io.freshet.benchmark.bulk.PurgeBacklog.DrainRate;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import java.util.List;

/** A backlog in the log into 10, 200, 1,000 and 4,000 nodes that only answer: what a node more costs the workers. */
public final class ManyNodesScenario implements Scenario {

    private record Size(int nodes, int workers) {

        @Override
        public String toString() {
            return (nodes == 1 ? "1 node" : nodes + " nodes") + (workers == 1 ? "" : " and " + workers + " workers");
        }
    }

    @Override
    public String name() {
        return "bulk-many-nodes";
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        List<Size> sizes = ground.brief()
                ? List.of(new Size(1, 1), new Size(2, 2))
                : List.of(new Size(10, 1), new Size(200, 1), new Size(1_000, 1), new Size(4_000, 4));
        Figure fewest = null;
        for (Size size : sizes) {
            DrainRate rate = rate(ground, results, size);
            results.add(Figure.of("purges into " + size, rate.perSecond(), "URLs x nodes/s"));
            Figure cost = Figure.of("the workers' CPU for a URL and node, " + size, rate.cpuSeconds() * 1e6, "µs");
            if (fewest == null) {
                fewest = cost;
                results.add(cost);
            } else {
                results.add(cost.comparedTo("the fewest nodes", fewest.value()).ratioAtMost(1.2));
            }
        }
    }

    private static DrainRate rate(BenchmarkEnvironment ground, ScenarioResults results, Size size) throws Exception {
        TargetFleet all = TargetFleet.standIns(ground, size.nodes());
        try (PurgeBacklog backlog = new PurgeBacklog(ground, all.fleet(), all.nodes(), size.workers())) {
            backlog.warmUp(commands(ground.load(1_200, 6), size.nodes()));
            return backlog.drain(commands(ground.load(600, 100), size.nodes()), "backlog for " + size, results);
        }
    }

    /** Returns the commands for this many thousand answers, yet some in every partition. */
    private static int commands(int thousands, int nodes) {
        return Math.max(thousands / nodes, Math.min(thousands, 24));
    }
}
