package io.freshet.benchmark.latency;

import io.freshet.benchmark.bulk.TwoTierFleet;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Single URLs of one account while the purges of sixty pages of another wait at Varnish, because the origin does not
 * answer.
 */
public final class HeldPagesScenario implements Scenario {

    private static final double MAX_P99_RATIO = 2;
    private static final int CLIENTS = 32;
    private static final int PAGES = 60;

    @Override
    public String name() {
        return "held-pages";
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        try (HeldPages pages = new HeldPages(ground)) {
            TwoTierFleet tiers = TwoTierFleet.before(pages.origin(), ground);
            URI gateway = ground.startAll(tiers.fleet()).gateway().uri();
            CacheNode edge =
                    new CacheNode("l1-a", tiers.l1a().addresses().getFirst().fromHere());
            try (RefreshLatencyProbe refreshes = new RefreshLatencyProbe(ground, gateway, RefreshingAccount.OTHER)) {
                refreshes.asFastAsTheyGo(CLIENTS, ground.load(60_000, 50));
                LatenciesBesideLoad latencies = new LatenciesBesideLoad(refreshes);
                latencies.idle(ground.load(300, 10));
                List<String> held = pages.hold(edge, PAGES);
                GatewayClient owner = new GatewayClient(gateway, Fleet.TOKEN);
                List<String> tasks = refresh(owner, held);
                try (ResourceMonitor _ = ground.watch("held pages", results)) {
                    latencies.beside(() -> TimeUnit.SECONDS.sleep(ground.load(60, 2)));
                }
                results.add(waiting(owner, tasks));
                pages.close();
                latencies.idle(ground.load(300, 10));
                latencies.addTo(results, MAX_P99_RATIO);
            }
        }
    }

    /** Refreshes each page by a request of its own, and returns the tasks. */
    private static List<String> refresh(GatewayClient owner, List<String> pages) {
        return pages.stream()
                .map(url -> owner.refresh("url", List.of(url)).taskId())
                .toList();
    }

    private static Figure waiting(GatewayClient owner, List<String> tasks) {
        long waiting =
                tasks.stream().filter(task -> !owner.task(task).isComplete()).count();
        return Figure.of("held pages whose purge waits in the end", waiting, "pages")
                .atLeast(PAGES);
    }
}
