package io.freshet.benchmark.latency;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.ConcurrentTasks;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refreshes one URL per request and measures when it is applied: when a reader of {@code task-events} sees that no node
 * is missing. So what is measured contains one more hop over Kafka than the purge itself.
 */
final class RefreshLatencyProbe implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RefreshingAccount account;
    private final RefreshClient client;
    private final ArrivalTimes applied;
    private final AtomicInteger next = new AtomicInteger();

    RefreshLatencyProbe(BenchmarkEnvironment ground, URI gateway, RefreshingAccount account) {
        this.account = account;
        this.client = new RefreshClient(gateway, account.token());
        this.applied = new ArrivalTimes(ground, "task-events", this::applied);
    }

    /** One after the other. */
    RefreshLatencies inTurn(int count) throws Exception {
        RefreshLatencies latencies = new RefreshLatencies();
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            String task = ask();
            latencies.accepted().add(System.nanoTime() - began);
            latencies.applied().add(applied.await(task) - began);
        }
        return latencies;
    }

    /**
     * As many as so many clients can ask for without a pause; applied refreshes a second, over all until the last is
     * applied.
     */
    double asFastAsTheyGo(int clients, int count) throws Exception {
        ConcurrentLinkedQueue<String> tasks = new ConcurrentLinkedQueue<>();
        AtomicInteger left = new AtomicInteger(count);
        long began = System.nanoTime();
        try (ConcurrentTasks work = new ConcurrentTasks()) {
            for (int i = 0; i < clients; i++) {
                work.start(() -> {
                    while (left.getAndDecrement() > 0) {
                        tasks.add(ask());
                    }
                });
            }
        }
        long last = began;
        for (String task : tasks) {
            last = Math.max(last, applied.await(task));
        }
        return count * 1e9 / (last - began);
    }

    /** Sends refreshes at a constant rate; measures each from its due time. */
    RefreshLatencies steadily(double perSecond, int count) throws Exception {
        return steadily(perSecond, i -> i < count);
    }

    /** @param isMore whether to send another refresh, of this number from 0 on */
    RefreshLatencies steadily(double perSecond, IntPredicate isMore) throws Exception {
        RefreshLatencies latencies = new RefreshLatencies();
        long began = System.nanoTime();
        try (ConcurrentTasks work = new ConcurrentTasks()) {
            for (int i = 0; isMore.test(i); i++) {
                long due = began + (long) (i * 1e9 / perSecond);
                sleepUntil(due);
                work.start(() -> {
                    String task = ask();
                    latencies.accepted().add(System.nanoTime() - due);
                    latencies.applied().add(applied.await(task) - due);
                });
            }
        }
        return latencies;
    }

    private String ask() throws IOException {
        return client.refresh("http://" + account.host() + "/idle/" + next.incrementAndGet() + ".html");
    }

    private static void sleepUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** The task of this account that this event says has reached all nodes. Other accounts' events are not parsed. */
    private Optional<String> applied(ConsumerRecord<String, byte[]> event) {
        Header owner = event.headers().lastHeader("freshet-account");
        if (owner == null || !account.id().equals(new String(owner.value(), StandardCharsets.UTF_8))) {
            return Optional.empty();
        }
        JsonNode said = JSON.readTree(event.value());
        JsonNode totals = said.path("totals");
        boolean all = totals.path("pairs").asLong() > 0
                && totals.path("delivered").asLong() == totals.path("pairs").asLong();
        return all ? Optional.of(said.path("taskId").asString()) : Optional.empty();
    }

    @Override
    public void close() throws InterruptedException, IOException {
        applied.close();
        client.close();
    }
}
