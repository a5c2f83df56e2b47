package io.freshet.benchmark.accept;

import io.freshet.benchmark.measure.ConcurrentTasks;
import io.freshet.benchmark.measure.Latencies;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.process.Address;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** RefreshLatencyProbe at a steady rate, whatever becomes of them. */
final class ConstantRateLoad {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Address gateway;
    private final int urls;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private double acceptedPerSecond;

    ConstantRateLoad(Address gateway, int urls) {
        this.gateway = gateway;
        this.urls = urls;
    }

    /** Each from when it was due until it was answered. */
    Latencies send(double perSecond, int count) throws Exception {
        Latencies latencies = new Latencies();
        long began = System.nanoTime();
        try (ConcurrentTasks work = new ConcurrentTasks()) {
            for (int i = 0; i < count; i++) {
                long due = began + (long) (i * 1e9 / perSecond);
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                int number = i;
                work.start(() -> {
                    ask(began, number);
                    latencies.add(System.nanoTime() - due);
                });
            }
        }
        acceptedPerSecond = accepted.get() * 1e9 / (System.nanoTime() - began);
        return latencies;
    }

    private void ask(long run, int number) throws Exception {
        String objects = IntStream.range(0, urls)
                .mapToObj(i -> "\"https://site.test/steady/" + run + "/" + number + "/" + i + ".html\"")
                .collect(Collectors.joining(","));
        HttpRequest request = HttpRequest.newBuilder(gateway.fromHere().resolve("/v1/refreshes"))
                .header("Authorization", "Bearer " + Fleet.TOKEN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"type\":\"url\",\"objects\":[" + objects + "]}"))
                .build();
        int status = http.send(request, BodyHandlers.discarding()).statusCode();
        (status == 202 ? accepted : refused).incrementAndGet();
    }

    /** Requests that were accepted, a second. */
    double accepted() {
        return acceptedPerSecond;
    }

    int refused() {
        return refused.get();
    }
}
