package io.freshet.benchmark.bulk;

import io.freshet.benchmark.bulk.PurgeBacklog.DrainRate;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import java.util.List;

/** A backlog in the log into 10, 200 and 1,000 nodes that only answer: what a node more costs the worker. */
public final class ManyNodesScenario implements Scenario {

    @Override
    public String name() {
        return "bulk-many-nodes";
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        List<Integer> counts = ground.brief() ? List.of(1, 2) : List.of(10, 200, 1_000);
        Figure fewest = null;
        for (int count : counts) {
            DrainRate rate = rate(ground, results, count);
            String nodes = count == 1 ? "1 node" : count + " nodes";
            results.add(Figure.of("purges into " + nodes, rate.perSecond(), "URLs x nodes/s"));
            Figure cost = Figure.of("the worker's CPU for a URL and node, " + nodes, rate.cpuSeconds() * 1e6, "µs");
            if (fewest == null) {
                fewest = cost;
                results.add(cost);
            } else {
                results.add(cost.comparedTo("the fewest nodes", fewest.value()).ratioAtMost(1.2));
            }
        }
    }

    private static DrainRate rate(BenchmarkEnvironment ground, ScenarioResults results, int count) throws Exception {
        TargetFleet all = TargetFleet.standIns(ground, count);
        try (PurgeBacklog backlog = new PurgeBacklog(ground, all.fleet(), all.nodes())) {
            backlog.warmUp(commands(ground.load(1_200, 6), count));
            return backlog.drain(commands(ground.load(600, 100), count), "backlog for " + count, results);
        }
    }

    /** CommandProducer for so many thousand answers, yet some in every partition. */
    private static int commands(int thousands, int nodes) {
        return Math.max(thousands / nodes, Math.min(thousands, 24));
    }
}
