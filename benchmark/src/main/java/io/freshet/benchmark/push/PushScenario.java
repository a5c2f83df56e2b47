package io.freshet.benchmark.push;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.PairedRates;
import io.freshet.benchmark.measure.PairedRates.RatePair;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.benchmark.measure.Wrk;
import io.freshet.benchmark.push.PushBacklog.DrainCost;
import io.freshet.benchmark.push.PushBacklog.PushedObjects;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.process.ProcessPlatform.Cache;
import io.freshet.cluster.process.Vcl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Backlogs of pushes through a Varnish from an nginx: small objects in turn with a load generator that sends the same
 * requests for other objects, and large ones.
 */
public final class PushScenario implements Scenario {

    static final String ORIGIN = "origin";
    static final String CACHE = "parent";

    private static final int URLS = 500;
    /** As many as push-worker has for a domain by default. */
    private static final int IN_FLIGHT = 16;

    @Override
    public String name() {
        return "pushes";
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        Cache varnish = ground.largeVarnish(CACHE, SizedObjects.origin(ground, ORIGIN));
        try (PushBacklog backlog = new PushBacklog(ground, Fleet.empty().withL2(CACHE, varnish.address()))) {
            // Large objects first: Varnish gives up before it has dropped a thousand small ones for a large one.
            backlog.warmUp(large(SizedObjects.MB_1, ground.load(1_000, 20)));
            measureLarge(SizedObjects.MB_1, ground.load(3_000, 400), backlog, results);
            measureLarge(SizedObjects.MB_100, ground.load(48, 4), backlog, results);
            backlog.warmUp(small(ground.load(600, 2)));
            measureSmall(ground, varnish, backlog, results);
        }
    }

    private static PushedObjects small(int commands) {
        return new PushedObjects(SizedObjects.KB_1.directory(), commands, URLS);
    }

    private static PushedObjects large(SizedObjects size, int count) {
        return new PushedObjects(size.directory(), 1, count);
    }

    private static void measureSmall(
            BenchmarkEnvironment ground, Cache varnish, PushBacklog backlog, ScenarioResults results)
            throws InterruptedException {
        Path misses = misses(ground);
        PairedRates rates = new PairedRates();
        List<DrainCost> costs = new ArrayList<>();
        for (int i = 1; i <= ground.load(5, 1); i++) {
            double wrk = Wrk.rate(varnish.address(), misses, IN_FLIGHT, ground.load(8, 1));
            DrainCost cost = backlog.drain(small(ground.load(200, 2)), "1 KB, backlog " + i, results);
            rates.add(cost.perSecond(), wrk);
            costs.add(cost);
        }
        RatePair median = rates.median();
        results.add(Figure.of("objects of 1 KB pushed through one Varnish", median.ours(), "objects/s")
                .comparedTo("wrk, as many connections", median.other())
                .ratioAtLeast(0.8));
        results.add(Figure.of("CPU of push-worker for an object of 1 KB", median(costs, DrainCost::worker), "us")
                .comparedTo("CPU of Varnish", median(costs, DrainCost::cache))
                .atMost(35));
        results.add(Figure.of("CPU of the origin for an object of 1 KB", median(costs, DrainCost::origin), "us"));
    }

    private static double median(List<DrainCost> costs, ToDoubleFunction<DrainCost> cost) {
        return costs.stream().mapToDouble(cost).sorted().toArray()[costs.size() / 2];
    }

    private static void measureLarge(SizedObjects size, int count, PushBacklog backlog, ScenarioResults results)
            throws InterruptedException {
        DrainCost cost = backlog.drain(large(size, count), size.toString(), results);
        results.add(Figure.of("megabytes of objects of " + size, cost.perSecond() * size.megabytes(), "MB/s"));
        results.add(cpuPerMegabyte("push-worker", cost.worker(), size)
                .comparedTo("CPU of Varnish", cost.cache() / size.megabytes())
                .ratioAtMost(1));
        results.add(cpuPerMegabyte("the origin", cost.origin(), size));
    }

    private static Figure cpuPerMegabyte(String process, double micros, SizedObjects size) {
        return Figure.of(
                "CPU of " + process + " for a megabyte of objects of " + size, micros / size.megabytes(), "us");
    }

    /** Makes wrk send what push-worker sends. */
    private static Path misses(BenchmarkEnvironment ground) {
        return ground.write("misses.lua", """
                local salt, count = os.time(), 0
                local headers = {
                  ["Host"] = "site.test", ["X-Forwarded-Proto"] = "http", ["User-Agent"] = "Freshet",
                  ["Accept-Encoding"] = "gzip, deflate, br, zstd", ["Freshet-Push"] = "1", ["Freshet-Token"] = "%s"
                }
                function request()
                  count = count + 1
                  return wrk.format("GET", "/%s/" .. salt .. "/" .. count .. ".html", headers)
                end
                """.formatted(Vcl.TOKEN, SizedObjects.KB_1.directory()));
    }
}
