package io.freshet.benchmark.accept;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.Latencies;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.benchmark.measure.Wrk;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.Fleet.Purging;
import io.freshet.cluster.KafkaClient;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.Service;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Requests for one URL and for a thousand, against a bare producer that writes the same records; and whether the record
 * keeps up with them.
 */
public final class AcceptingScenario implements Scenario {

    private static final String COMMANDS = "purge-commands";
    private static final String GROUP = "task-service";
    private static final int MANY = 1_000;
    /** Of requests with one URL, and with many. */
    private static final int CLIENTS = 64;

    private static final int CLIENTS_WITH_MANY = 8;

    @Override
    public String name() {
        return "accepting";
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        // A node that nobody purges: no worker runs.
        Fleet fleet = Fleet.empty().withL1("edge", BenchmarkEnvironment.free(), Purging.VARNISH);
        ground.start(Service.TASK_SERVICE, fleet);
        Address gateway = ground.start(Service.GATEWAY, fleet).place().address();
        single(ground, gateway, results);
        many(ground, gateway, results);
        steady(ground, gateway, results);
    }

    private static void single(BenchmarkEnvironment ground, Address gateway, ScenarioResults results) throws Exception {
        RefreshScript script = new RefreshScript(ground, 1);
        script.ask(gateway, CLIENTS, ground.load(120, 2)); // until the compilers have done most of their work
        Wrk.WrkResult report;
        try (ResourceMonitor _ = ground.watch("requests for 1 URL", results)) {
            report = script.ask(gateway, CLIENTS, ground.load(20, 2));
        }
        double bare = bare(ground, CLIENTS);
        results.add(Figure.of("requests for 1 URL, accepted", report.perSecond(), "requests/s")
                .comparedTo("a bare producer of the same records", bare)
                .atLeast(3_000));
        results.add(Figure.of("requests for 1 URL, p50", report.median(), "ms"));
        results.add(Figure.of("requests for 1 URL, p99", report.p99(), "ms").atMost(50));
    }

    private static void many(BenchmarkEnvironment ground, Address gateway, ScenarioResults results) throws Exception {
        awaitRecorded(ground);
        new KafkaClient(ground.kafka().address()).trim(COMMANDS);
        RefreshScript script = new RefreshScript(ground, MANY);
        script.ask(gateway, CLIENTS_WITH_MANY, ground.load(20, 2));
        Wrk.WrkResult report;
        try (ResourceMonitor _ = ground.watch("requests for 1,000 URLs", results)) {
            report = script.ask(gateway, CLIENTS_WITH_MANY, ground.load(20, 2));
        }
        awaitRecorded(ground);
        double bare = bare(ground, CLIENTS_WITH_MANY);
        results.add(Figure.of("URLs accepted, 1,000 in a request", report.perSecond() * MANY, "URLs/s")
                .comparedTo("a bare producer of the same records", bare * MANY)
                .atLeast(100_000));
        results.add(Figure.of("requests for 1,000 URLs, p50", report.median(), "ms"));
        results.add(Figure.of("requests for 1,000 URLs, p99", report.p99(), "ms"));
    }

    /** At the rate that was promised, whether or not it can be held. */
    private static void steady(BenchmarkEnvironment ground, Address gateway, ScenarioResults results) throws Exception {
        int perSecond = ground.load(100, 10);
        int count = perSecond * ground.load(30, 2);
        try (ResourceMonitor _ = ground.watch("100,000 URLs/s", results)) {
            ConstantRateLoad requests = new ConstantRateLoad(gateway, MANY);
            Latencies latencies = requests.send(perSecond, count);
            long behind = behind(ground);
            long ended = System.nanoTime();
            awaitRecorded(ground);
            double caughtUp = (System.nanoTime() - ended) / 1e9;
            results.add(Figure.of("URLs accepted of 100,000 asked for a second", requests.accepted() * MANY, "URLs/s")
                    .atLeast(ground.load(100_000, 0) * 0.99));
            results.add(Figure.of("the same, request to 202, p50", latencies.median(), "ms"));
            results.add(Figure.of("the same, request to 202, p99", latencies.millis(0.99), "ms"));
            results.add(Figure.of("the same, refused", requests.refused(), "requests"));
            // What is asked for in a second may be on its way.
            results.add(Figure.of("URLs not recorded yet when they end", (double) behind * MANY, "URLs")
                    .atMost(100_000));
            results.add(Figure.of("recorded after the last request", caughtUp, "s"));
        }
    }

    /** Records a second. */
    private static double bare(BenchmarkEnvironment ground, int clients) throws Exception {
        List<ConsumerRecord<String, byte[]>> records =
                new KafkaClient(ground.kafka().address()).read(COMMANDS);
        List<byte[]> values = records.stream()
                .skip(Math.max(0, records.size() - 1_000))
                .map(ConsumerRecord::value)
                .toList();
        return new BaselineProducer(ground, values).rate(clients, Duration.ofSeconds(ground.load(10, 1)));
    }

    private static long behind(BenchmarkEnvironment ground) {
        return new KafkaClient(ground.kafka().address())
                .lag(GROUP, COMMANDS).values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
    }

    private static void awaitRecorded(BenchmarkEnvironment ground) {
        ConsumerLag.awaitEnd(ground, GROUP, COMMANDS);
    }
}
