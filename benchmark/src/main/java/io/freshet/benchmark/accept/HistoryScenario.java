package io.freshet.benchmark.accept;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.Latencies;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.Fleet.Purging;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.Service;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pages of a history of ten million objects, over the gateway, one after the other. */
public final class HistoryScenario implements Scenario {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** In milliseconds. */
    private static final double BUDGET = 20;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    /** Of every run the same pages. */
    private final Random random = new Random(1);

    @Override
    public String name() {
        return "history";
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        Fleet fleet = Fleet.empty().withL1("edge", BenchmarkEnvironment.free(), Purging.VARNISH);
        ground.start(Service.TASK_SERVICE, fleet);
        Address gateway = ground.start(Service.GATEWAY, fleet).place().address();
        GeneratedHistory past = GeneratedHistory.fill(ground);
        results.add(Figure.of("objects in the history", past.objects(), "objects"));
        try (ResourceMonitor _ = ground.watch("pages", results)) {
            Supplier<String> day = () -> "&from=" + past.day(random.nextInt(1, 50)) + "&to=" + past.day(0);
            page(ground, gateway, results, "first page", () -> "/v1/tasks?limit=100");
            page(
                    ground,
                    gateway,
                    results,
                    "page in the middle",
                    () -> "/v1/tasks?limit=100&pageToken=" + middle(gateway, past));
            page(ground, gateway, results, "failed tasks", () -> "/v1/tasks?limit=100&status=failed" + day.get());
            page(
                    ground,
                    gateway,
                    results,
                    "tasks of a domain",
                    () -> "/v1/tasks?limit=100&domain=*.sub.test" + day.get());
            page(
                    ground,
                    gateway,
                    results,
                    "tasks with an object",
                    () -> "/v1/tasks?limit=100&object=" + encoded(past.anyObject(random)));
            page(
                    ground,
                    gateway,
                    results,
                    "tasks with an object that many have",
                    () -> "/v1/tasks?limit=100&object=" + encoded(GeneratedHistory.POPULAR) + day.get());
            page(
                    ground,
                    gateway,
                    results,
                    "failed tasks with such an object, of a domain",
                    () -> "/v1/tasks?limit=100&status=failed&domain=site.test&object="
                            + encoded(GeneratedHistory.POPULAR) + day.get());
            page(
                    ground,
                    gateway,
                    results,
                    "tasks of a time",
                    () -> "/v1/tasks?limit=100&to=" + past.day(random.nextInt(50)));
            page(
                    ground,
                    gateway,
                    results,
                    "objects of a task, first page",
                    () -> objects(past.anyLargeTask(random), ""));
            page(
                    ground,
                    gateway,
                    results,
                    "failed objects of a task",
                    () -> objects(past.anyLargeTask(random), "&status=failed"));
        }
    }

    private static String objects(long task, String filter) {
        return "/v1/tasks/" + task + "/objects?limit=100" + filter;
    }

    private void page(
            BenchmarkEnvironment ground, Address gateway, ScenarioResults results, String name, Supplier<String> query)
            throws Exception {
        ask(gateway, ground.load(500, 5), query);
        Latencies latencies = ask(gateway, ground.load(1_000, 10), query);
        results.add(Figure.of(name + ", p50", latencies.median(), "ms"));
        results.add(Figure.of(name + ", p99", latencies.millis(0.99), "ms").atMost(BUDGET));
    }

    private Latencies ask(Address gateway, int times, Supplier<String> query) throws Exception {
        Latencies latencies = new Latencies();
        for (int i = 0; i < times; i++) {
            String next = query.get();
            long began = System.nanoTime();
            get(gateway, next);
            latencies.add(System.nanoTime() - began);
        }
        return latencies;
    }

    /** Returns the page token of a page in the middle. */
    private String middle(Address gateway, GeneratedHistory past) {
        JsonNode page = get(gateway, "/v1/tasks?limit=1&to=" + past.day(random.nextInt(1, 50)));
        return page.get("nextPageToken").asString();
    }

    private JsonNode get(Address gateway, String query) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.fromHere() + query))
                .header("Authorization", "Bearer " + Fleet.TOKEN)
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(query + " was answered " + answer.statusCode());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(query, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
