package io.freshet.benchmark.accept;

import static org.awaitility.Awaitility.await;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.BenchmarkEnvironment.RunningService;
import io.freshet.benchmark.measure.CommandProducer;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.benchmark.measure.Wrk;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.process.ProcessPlatform.Cache;
import io.freshet.cluster.process.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PushScenario of a backlog through a Varnish from an nginx, against a load generator that fetches as many misses
 * through the same Varnish.
 */
public final class PushScenario implements Scenario {

    private static final int URLS = 500;
    /** As many as push-worker has for a domain by default. */
    private static final int IN_FLIGHT = 16;

    private static final Pattern COUNT = Pattern.compile("\\s(\\d+)\\s");

    @Override
    public String name() {
        return "pushes";
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        Cache varnish = ground.varnish("parent", ground.origin());
        Fleet fleet = Fleet.empty().withL2("parent", varnish.address());
        Path misses = ground.write("misses.lua", """
                local salt, count = os.time(), 0
                local headers = { ["Host"] = "site.test" }
                function request()
                  count = count + 1
                  return wrk.format("GET", "/misses/" .. salt .. "/" .. count .. ".html", headers)
                end
                """);
        int warmUp = ground.load(60, 2);
        int measured = ground.load(120, 2);
        try (CommandProducer commands = new CommandProducer(ground)) {
            RunningService worker = ground.start(Service.PUSH_WORKER, fleet);
            commands.pushes(warmUp, URLS, "l2");
            awaitMisses(ground, (long) warmUp * URLS);
            double wrk = Wrk.rate(varnish.address(), misses, IN_FLIGHT, ground.load(10, 1));
            long before = misses(ground);
            long began = System.nanoTime();
            long ended;
            double cpu;
            try (ResourceMonitor watch = ground.watch("pushes", results)) {
                commands.pushes(measured, URLS, "l2");
                awaitMisses(ground, before + (long) measured * URLS);
                ended = System.nanoTime();
                cpu = watch.cpuSeconds(worker.name());
            }
            double count = (double) measured * URLS;
            double ours = count * 1e9 / (ended - began);
            results.add(Figure.of("objects pushed through one Varnish", ours, "objects/s")
                    .comparedTo("wrk, as many connections", wrk));
            results.add(Figure.of("processor time of push-worker for an object", cpu * 1e6 / count, "us"));
        }
    }

    private static void awaitMisses(BenchmarkEnvironment ground, long count) {
        await().atMost(Duration.ofMinutes(5))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> misses(ground) >= count);
    }

    private static long misses(BenchmarkEnvironment ground) throws IOException {
        String instance = ground.folder("parent").resolve("varnish").toString();
        Process stat =
                new ProcessBuilder(List.of("varnishstat", "-1", "-n", instance, "-f", "MAIN.cache_miss")).start();
        Matcher count = COUNT.matcher(new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        return count.find() ? Long.parseLong(count.group(1)) : 0;
    }
}
