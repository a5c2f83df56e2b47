package io.freshet.benchmark.latency;

import io.freshet.benchmark.bulk.PairedRates;
import io.freshet.benchmark.bulk.PairedRates.RatePair;
import io.freshet.benchmark.bulk.TargetFleet;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.BenchmarkEnvironment.RunningServices;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import java.net.URI;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Function;

/**
 * Single URLs of one account while a million URLs of another wait. The backlog is drained in eight parts, four of them
 * without single URLs, so that its rates alone and beside them are of the same backlog.
 */
public final class BesideBulkScenario implements Scenario {

    private static final double MAX_P99_RATIO = 3;
    private static final double MIN_RATE_RATIO = 0.9;
    private static final int CLIENTS = 32;

    /** Part of a backlog that is not measured: the worker has just continued. */
    private static final double START = 0.05;

    private final String name;
    private final Function<BenchmarkEnvironment, TargetFleet> caches;
    private final int backlogs;

    private BesideBulkScenario(String name, Function<BenchmarkEnvironment, TargetFleet> caches, int backlogs) {
        this.name = name;
        this.caches = caches;
        this.backlogs = backlogs;
    }

    /** An L2 and two L1, all Varnish. */
    public static BesideBulkScenario twoTiers() {
        return new BesideBulkScenario("beside-bulk", TargetFleet::twoTiers, 3);
    }

    /** Fifty nodes that only answer; one backlog, which takes ten times as long. */
    public static BesideBulkScenario manyNodes() {
        return new BesideBulkScenario(
                "beside-bulk-many-nodes", ground -> TargetFleet.standIns(ground, ground.load(50, 3)), 1);
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
            refreshes.asFastAsTheyGo(CLIENTS, ground.load(60_000, 50));
            BulkBacklog.create(services, ground.load(5_000, 6) / all.size(), all.size())
                    .await(1);
            LatenciesBesideLoad latencies = new LatenciesBesideLoad(refreshes);
            latencies.idle(ground.load(300, 10));
            for (int i = 1; i <= ground.load(backlogs, 1); i++) {
                BulkBacklog backlog = BulkBacklog.create(services, ground.load(1_000, 60), all.size());
                try (ResourceMonitor _ = ground.watch("backlog " + i, results)) {
                    drain(backlog, ground.load(4, 1), latencies, rates);
                }
            }
            latencies.idle(ground.load(300, 10));
            latencies.addTo(results, MAX_P99_RATIO);
        }
        RatePair median = rates.median();
        results.add(Figure.of("bulk beside single URLs, of all nodes together", median.ours(), "purges/s")
                .comparedTo("bulk alone", median.other())
                .ratioAtLeast(MIN_RATE_RATIO));
    }

    /** Measures pairs of parts of the backlog after its first twentieth: alone, beside, beside, alone, and so on. */
    private static void drain(BulkBacklog backlog, int pairs, LatenciesBesideLoad latencies, PairedRates rates)
            throws Exception {
        backlog.await(START);
        double part = (1 - START) / (2 * pairs);
        for (int i = 0; i < pairs; i++) {
            double middle = START + (2 * i + 1) * part;
            double end = middle + part;
            if (i % 2 == 0) {
                double alone = backlog.rateUntil(middle);
                rates.add(beside(backlog, end, latencies), alone);
            } else {
                double beside = beside(backlog, middle, latencies);
                rates.add(beside, backlog.rateUntil(end));
            }
        }
        backlog.await(1);
    }

    private static double beside(BulkBacklog backlog, double part, LatenciesBesideLoad latencies) throws Exception {
        DoubleAdder rate = new DoubleAdder();
        latencies.beside(() -> rate.add(backlog.rateUntil(part)));
        return rate.sum();
    }
}
