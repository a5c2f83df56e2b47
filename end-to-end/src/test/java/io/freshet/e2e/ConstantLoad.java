package io.freshet.e2e;

import static io.freshet.cluster.http.GatewayClient.pushOf;
import static io.freshet.cluster.http.GatewayClient.refreshOf;

import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.Answer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * Refreshes and pushes at a constant rate. Like a careful client it repeats a request that was not accepted, with the
 * same idempotency key, until it is.
 */
final class ConstantLoad implements AutoCloseable {

    private static final int CLIENTS = 256;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Gateway gateway;
    private final History history;
    private final Random random;
    private final Duration pause;
    private final BackgroundTasks clients = new BackgroundTasks(CLIENTS);
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong longestMillis = new AtomicLong();
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();

    /** Sends a request to the gateway. */
    @FunctionalInterface
    interface Gateway {
        Answer post(String path, String body, String idempotencyKey);
    }

    private record Planned(boolean push, History.Page page, String key) {}

    /**
     * @param random decides what is requested, drawn on one thread only
     * @param pause before a request is repeated
     */
    ConstantLoad(Gateway gateway, History history, Random random, Duration pause) {
        this.gateway = gateway;
        this.history = history;
        this.random = random;
        this.pause = pause;
    }

    void start(Duration period) {
        clients.atRate(period, () -> {
            Planned next = next();
            clients.run(() -> send(next));
        });
    }

    /** Returns the number of requests that were begun, without repetitions. */
    int requests() {
        return requests.get();
    }

    /** Returns how many requests, repetitions included, had this status, or {@code none} for no answer. */
    int answers(String status) {
        AtomicInteger count = answers.get(status);
        return count == null ? 0 : count.get();
    }

    private Planned next() {
        History.Page page = history.anyPage(random);
        boolean push = random.nextInt(5) == 0;
        return new Planned(push, page, new UUID(random.nextLong(), random.nextLong()).toString());
    }

    private void send(Planned planned) {
        requests.incrementAndGet();
        List<String> urls = List.of(planned.page().url());
        if (planned.push()) {
            history.pushAccepted(untilAccepted("/v1/pushes", pushOf(urls), planned.key()));
        } else {
            int version = planned.page().publishNext();
            String task = untilAccepted("/v1/refreshes", refreshOf("url", urls), planned.key());
            history.refreshAccepted(task, planned.page(), version);
        }
    }

    private String untilAccepted(String path, String body, String key) {
        long begin = System.nanoTime();
        String taskId = Awaitility.await(path + " is accepted")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(pause)
                .pollInSameThread()
                .until(() -> attempt(path, body, key), accepted -> !accepted.isEmpty());
        longestMillis.accumulateAndGet(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin), Math::max);
        return taskId;
    }

    /** Returns the task id, or an empty string if the request was not accepted. */
    private String attempt(String path, String body, String key) {
        Answer answer;
        try {
            answer = gateway.post(path, body, key);
        } catch (UncheckedIOException _) {
            count("none");
            return "";
        }
        count(Integer.toString(answer.status()));
        return switch (answer.status()) {
            case 202 -> answer.as(202, Accepted.class).taskId();
            case 429, 503 -> ""; // too many that are not answered yet, or not possible at the moment: to be retried
            default -> throw new AssertionError(path + " was answered " + answer.status() + ' ' + answer.body());
        };
    }

    private void count(String answer) {
        answers.computeIfAbsent(answer, _ -> new AtomicInteger()).incrementAndGet();
    }

    @Override
    public String toString() {
        return requests + " requests, answers " + answers + ", accepted after at most " + longestMillis + " ms";
    }

    /**
     * Begins no more requests, and waits until all that were begun are accepted.
     *
     * @throws AssertionError if a request was neither accepted nor answered 503, or anything else went wrong
     */
    @Override
    public void close() {
        clients.close();
    }
}
