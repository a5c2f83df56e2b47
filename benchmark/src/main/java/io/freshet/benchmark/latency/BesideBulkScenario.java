package io.freshet.benchmark.latency;

import io.freshet.benchmark.bulk.TargetFleet;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.BenchmarkEnvironment.RunningServices;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.PairedRates;
import io.freshet.benchmark.measure.PairedRates.RatePair;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import java.net.URI;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Function;

/**
 * Single URLs of one account while a million URLs of another wait. The bulk rate alone and beside them is measured in
 * turn, on the same backlog.
 */
public final class BesideBulkScenario implements Scenario {

    private static final double MAX_P99_RATIO = 3;
    private static final double MIN_RATE_RATIO = 0.9;
    private static final int CLIENTS = 32;
    private static final int PAIRS = 4;

    private final String name;
    private final Function<BenchmarkEnvironment, TargetFleet> caches;
    private final int warmUp;
    private final int seconds;

    private BesideBulkScenario(
            String name, Function<BenchmarkEnvironment, TargetFleet> caches, int warmUp, int seconds) {
        this.name = name;
        this.caches = caches;
        this.warmUp = warmUp;
        this.seconds = seconds;
    }

    /** An L2 and two L1, which are the limit of the bulk. */
    public static BesideBulkScenario twoTiers() {
        return new BesideBulkScenario("beside-bulk", ground -> TargetFleet.slowTiers(ground, 5), 60_000, 10);
    }

    /** Fifty nodes, which are the limit of the bulk. */
    public static BesideBulkScenario manyNodes() {
        return new BesideBulkScenario(
                "beside-bulk-many-nodes", ground -> TargetFleet.slowNodes(ground, 20, ground.load(50, 3)), 20_000, 10);
    }

    /** An L2 and two L1, all Varnish on this machine: its processors are the limit of the bulk, and of all else. */
    public static BesideBulkScenario withoutIdleProcessor() {
        return new BesideBulkScenario("beside-bulk-no-idle-cpu", TargetFleet::twoTiers, 60_000, 4);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        TargetFleet all = caches.apply(ground);
        RunningServices services = ground.startAll(all.fleet());
        URI gateway = services.gateway().uri();
        PairedRates rates = new PairedRates();
        try (RefreshLatencyProbe refreshes = new RefreshLatencyProbe(ground, gateway, RefreshingAccount.OTHER)) {
            refreshes.asFastAsTheyGo(CLIENTS, ground.load(warmUp, 50));
            LatenciesBesideLoad latencies = new LatenciesBesideLoad(refreshes);
            latencies.idle(ground.load(600, 10));
            BulkBacklog backlog = BulkBacklog.create(services, ground.load(1_000, 150), all.size());
            try (ResourceMonitor _ = ground.watch("bulk", results)) {
                backlog.rateFor(ground.load(seconds, 1)); // the worker has just continued
                for (int i = 0; i < ground.load(PAIRS, 1); i++) {
                    rates.add(beside(backlog, ground, latencies), backlog.rateFor(ground.load(seconds, 1)));
                }
            }
            latencies.addTo(results, MAX_P99_RATIO);
        }
        RatePair median = rates.median();
        results.add(Figure.of("bulk beside single URLs, of all nodes together", median.ours(), "purges/s")
                .comparedTo("bulk alone", median.other())
                .ratioAtLeast(MIN_RATE_RATIO));
    }

    private double beside(BulkBacklog backlog, BenchmarkEnvironment ground, LatenciesBesideLoad latencies)
            throws Exception {
        DoubleAdder rate = new DoubleAdder();
        latencies.beside(() -> rate.add(backlog.rateFor(ground.load(seconds, 1))));
        return rate.sum();
    }
}
