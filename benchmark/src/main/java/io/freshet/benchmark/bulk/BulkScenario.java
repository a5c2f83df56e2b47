package io.freshet.benchmark.bulk;

import io.freshet.benchmark.bulk.PurgeBacklog.DrainRate;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.PairedRates;
import io.freshet.benchmark.measure.PairedRates.RatePair;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.Fleet.Purging;
import java.util.List;
import java.util.function.Function;

/**
 * A backlog in the log into some Varnishes, in turn with a load generator for each of them that sends the same
 * requests.
 */
public final class BulkScenario implements Scenario {

    private final String name;
    private final Function<BenchmarkEnvironment, TargetFleet> caches;

    private BulkScenario(String name, Function<BenchmarkEnvironment, TargetFleet> caches) {
        this.name = name;
        this.caches = caches;
    }

    /** One node, for which a ratio was promised. */
    public static BulkScenario oneVarnish() {
        return new BulkScenario("bulk-one-varnish", ground -> oneVarnish(ground, Fleet.empty()));
    }

    /** The same, but its cache is not looked into after a purge, to see what that costs. */
    public static BulkScenario oneVarnishUnverified() {
        return new BulkScenario(
                "bulk-one-varnish-unverified",
                ground -> oneVarnish(ground, Fleet.empty().withoutVerification()));
    }

    private static TargetFleet oneVarnish(BenchmarkEnvironment ground, Fleet empty) {
        PurgedNodes varnish = PurgedNodes.varnish(ground, "edge", ground.origin());
        Fleet fleet = empty.withL1("edge", varnish.addresses().getFirst(), Purging.VARNISH);
        return new TargetFleet(fleet, List.of(varnish));
    }

    /** An L2 and two L1, which get it after the L2. */
    public static BulkScenario twoTiers() {
        return new BulkScenario("bulk-two-tiers", TargetFleet::twoTiers);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        TargetFleet all = caches.apply(ground);
        int nodes = all.nodes().size();
        WrkPurgeLoad wrk = new WrkPurgeLoad(ground);
        PairedRates rounds = new PairedRates();
        try (PurgeBacklog backlog = new PurgeBacklog(ground, all.fleet(), all.nodes())) {
            // What is done once for a command or an event is still being compiled after half a minute of them.
            backlog.warmUp(ground.load(5_000, 6) / nodes);
            for (int i = 1; i <= ground.load(5, 1); i++) {
                double other = wrk.rate(all.nodes(), ground.load(6, 1));
                DrainRate ours = backlog.drain(ground.load(600, 150) / nodes, "backlog " + i, results);
                rounds.add(ours.perSecond(), other);
            }
        }
        RatePair median = rounds.median();
        Figure figure = Figure.of("purges, of all nodes together", median.ours(), "purges/s")
                .comparedTo("wrk", median.other());
        results.add(nodes == 1 ? figure.ratioAtLeast(0.8) : figure);
    }
}
