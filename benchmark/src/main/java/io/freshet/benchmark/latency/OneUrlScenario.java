package io.freshet.benchmark.latency;

import io.freshet.benchmark.bulk.PurgedNodes;
import io.freshet.benchmark.bulk.TwoTierFleet;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.Latencies;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.cluster.Fleet;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * From a client's request until one URL is applied in two tiers, with nothing else to do and with half of the work that
 * can be done.
 */
public final class OneUrlScenario implements Scenario {

    private static final int CLIENTS = 32;

    private final String name;
    private final UnaryOperator<Fleet> fleet;

    private OneUrlScenario(String name, UnaryOperator<Fleet> fleet) {
        this.name = name;
        this.fleet = fleet;
    }

    /** Nodes as they are by default. */
    public static OneUrlScenario verified() {
        return new OneUrlScenario("one-url", fleet -> fleet);
    }

    /** Nodes whose caches are not looked into after a purge, to see what that costs. */
    public static OneUrlScenario unverified() {
        return new OneUrlScenario("one-url-unverified", Fleet::withoutVerification);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        TwoTierFleet tiers = TwoTierFleet.on(ground);
        URI gateway = ground.startAll(fleet.apply(tiers.fleet())).gateway().uri();
        try (RefreshLatencyProbe refreshes = new RefreshLatencyProbe(ground, gateway, RefreshingAccount.MAIN)) {
            // Until the compilers of seven JVMs have done their work. What load does once for fifty refreshes they have
            // hardly seen by then.
            refreshes.asFastAsTheyGo(CLIENTS, ground.load(60_000, 50));
            refreshes.inTurn(ground.load(10_000, 10));
            RefreshLatencies idle;
            try (ResourceMonitor _ = ground.watch("idle", results)) {
                idle = refreshes.inTurn(ground.load(1_000, 20));
            }
            List<Latencies> parts = parts(ground, tiers);
            idle(results, idle, parts);
            double most = most(ground, results, refreshes);
            try (ResourceMonitor _ = ground.watch("half load", results)) {
                half(
                        results,
                        refreshes
                                .steadily(most / 2, (int) (most / 2 * ground.load(20, 1)))
                                .applied(),
                        parts);
            }
        }
    }

    /** Each alone: a hop over Kafka, a purge of the L2, a purge of an L1. */
    private static List<Latencies> parts(BenchmarkEnvironment ground, TwoTierFleet tiers) throws Exception {
        int warmUp = ground.load(3_000, 20);
        int count = ground.load(1_000, 20);
        return List.of(
                new KafkaHop(ground).measure(warmUp, count),
                purges(tiers.l2(), warmUp, count),
                purges(tiers.l1a(), warmUp, count));
    }

    private static Latencies purges(PurgedNodes node, int warmUp, int count) throws IOException {
        try (PurgeClient connection = new PurgeClient(node.addresses().getFirst())) {
            return connection.measure(warmUp, count);
        }
    }

    private static void idle(ScenarioResults results, RefreshLatencies idle, List<Latencies> parts) {
        results.add(Figure.of("one hop over Kafka, p50", parts.get(0).millis(0.5), "ms"));
        results.add(Figure.of("one purge of an L2, p50", parts.get(1).millis(0.5), "ms"));
        results.add(Figure.of("one purge of an L1, p50", parts.get(2).millis(0.5), "ms"));
        results.add(Figure.of("idle, until the answer 202, p50", idle.accepted().millis(0.5), "ms"));
        results.add(Figure.of("idle, until the answer 202, p99", idle.accepted().millis(0.99), "ms"));
        results.add(Figure.of("idle, accepted to applied, p50", idle.applied().millis(0.5), "ms")
                .comparedTo("its parts", sum(parts, 0.5))
                .atMost(5)
                .ratioAtMost(2));
        results.add(Figure.of("idle, accepted to applied, p99", idle.applied().millis(0.99), "ms")
                .comparedTo("its parts", sum(parts, 0.99))
                .atMost(25));
    }

    private static double most(BenchmarkEnvironment ground, ScenarioResults results, RefreshLatencyProbe refreshes)
            throws Exception {
        try (ResourceMonitor _ = ground.watch("as fast as they go", results)) {
            double most = refreshes.asFastAsTheyGo(CLIENTS, ground.load(15_000, 100));
            results.add(Figure.of("single-URL refreshes applied, at most", most, "refreshes/s"));
            return most;
        }
    }

    private static void half(ScenarioResults results, Latencies half, List<Latencies> parts) {
        results.add(Figure.of("half load, accepted to applied, p50", half.millis(0.5), "ms")
                .comparedTo("its parts, idle", sum(parts, 0.5)));
        results.add(Figure.of("half load, accepted to applied, p99", half.millis(0.99), "ms")
                .comparedTo("its parts, idle", sum(parts, 0.99)));
    }

    private static double sum(List<Latencies> parts, double quantile) {
        return parts.stream().mapToDouble(part -> part.millis(quantile)).sum();
    }
}
