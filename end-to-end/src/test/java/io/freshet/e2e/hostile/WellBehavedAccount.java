package io.freshet.e2e.hostile;

import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.GatewayClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An account that refreshes an object once a second, URLs and directories in turn, while others attack. It expects 202
 * each time, at the second attempt if Kafka or task-service has stalled.
 */
public final class WellBehavedAccount implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WellBehavedAccount.class);

    private final GatewayClient gateway;
    private final IntFunction<String> urls;
    private final ScheduledExecutorService threads =
            Executors.newScheduledThreadPool(4, Thread.ofVirtual().factory());
    private final AtomicInteger sent = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> tasks = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Long> latenciesMillis = new ConcurrentLinkedQueue<>();

    /** @param urls a directory's URL for each number */
    public WellBehavedAccount(GatewayClient gateway, IntFunction<String> urls) {
        this.gateway = gateway;
        this.urls = urls;
        threads.scheduleAtFixedRate(() -> threads.execute(this::refresh), 0, 1, TimeUnit.SECONDS);
    }

    private void refresh() {
        int number = sent.incrementAndGet();
        boolean directory = number % 2 == 0;
        String url = urls.apply(number);
        String body =
                GatewayClient.refreshOf(directory ? "directory" : "url", List.of(directory ? url : url + "page.html"));
        long start = System.nanoTime();
        try {
            Answer answer = post(body, UUID.randomUUID().toString());
            latenciesMillis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            tasks.add(answer.as(202, Accepted.class).taskId());
        } catch (RuntimeException | AssertionError e) {
            failures.add(e);
        }
    }

    /**
     * Sends a request, and once more if the response says that Kafka or task-service stalled, which a busy machine does
     * to them. No other refusal is excused: an attack that fills the gateway's buffers would be one.
     */
    private Answer post(String body, String idempotencyKey) {
        Answer answer = gateway.post("/v1/refreshes", body, idempotencyKey);
        if (!isStalled(answer)) {
            return answer;
        }
        log.warn("repeated a request: {}", answer.body());
        return gateway.post("/v1/refreshes", body, idempotencyKey);
    }

    private static boolean isStalled(Answer answer) {
        return answer.status() == 503
                && (answer.body().contains("Kafka did not acknowledge")
                        || answer.body().contains("not admitted in time"));
    }

    /** Returns the ids of all tasks so far. */
    public List<String> tasks() {
        return List.copyOf(tasks);
    }

    /** Returns everything that was not as expected so far. */
    public List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** Returns the latency of the requests so far, for people. */
    public String latency() {
        List<Long> sorted = new ArrayList<>(latenciesMillis);
        Collections.sort(sorted);
        return sorted.isEmpty()
                ? "no response"
                : "%d requests, median %d ms, slowest %d ms"
                        .formatted(sorted.size(), sorted.get(sorted.size() / 2), sorted.getLast());
    }

    /** Sends no more requests, and waits for the last response. */
    @Override
    public void close() {
        threads.close();
    }
}
