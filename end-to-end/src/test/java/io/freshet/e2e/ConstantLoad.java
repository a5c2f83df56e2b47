package io.freshet.e2e;

import static io.freshet.e2e.http.GatewayClient.pushOf;
import static io.freshet.e2e.http.GatewayClient.refreshOf;

import io.freshet.e2e.cluster.TestCluster;
import io.freshet.e2e.http.Accepted;
import io.freshet.e2e.http.Answer;
import io.freshet.e2e.http.GatewayClient;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Ten requests a second, whatever breaks. Like a careful client it repeats one that was not accepted with the same
 * idempotency key until it is.
 */
final class ConstantLoad implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(100);

    private final GatewayClient gateway;
    private final History history;
    private final Random random;
    private final ScheduledExecutorService clients =
            Executors.newScheduledThreadPool(256, Thread.ofVirtual().factory());
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();

    ConstantLoad(TestCluster stage, History history, Random random) {
        this.gateway = stage.gateway();
        this.history = history;
        this.random = random;
    }

    void start() {
        clients.scheduleAtFixedRate(() -> clients.execute(this::ask), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Counts of each status, and of missing answers. */
    Map<String, AtomicInteger> answers() {
        return answers;
    }

    private void ask() {
        try {
            askAnything();
        } catch (ConditionTimeoutException e) {
            history.violated(String.valueOf(e.getMessage()));
        }
    }

    private void askAnything() {
        History.Page page = history.anyPage(random);
        if (random.nextInt(5) == 0) {
            String task = untilAccepted("/v1/pushes", pushOf(List.of(page.url())));
            history.pushAccepted(task);
        } else {
            int version = page.publishNext();
            String task = untilAccepted("/v1/refreshes", refreshOf("url", List.of(page.url())));
            history.refreshAccepted(task, page, version);
        }
    }

    private String untilAccepted(String path, String body) {
        String key = UUID.randomUUID().toString();
        return Awaitility.await(path + " is accepted")
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(500))
                .pollInSameThread()
                .until(() -> attempt(path, body, key), accepted -> !accepted.isEmpty());
    }

    /** The task; empty if it was not accepted. */
    private String attempt(String path, String body, String key) {
        try {
            Answer answer = gateway.post(path, body, key);
            count(Integer.toString(answer.status()));
            return switch (answer.status()) {
                case 202 -> answer.as(202, Accepted.class).taskId();
                case 503 -> "";
                default -> {
                    history.violated(path + " was answered " + answer.status() + ' ' + answer.body());
                    yield "";
                }
            };
        } catch (UncheckedIOException _) {
            count("none");
            return "";
        }
    }

    private void count(String answer) {
        answers.computeIfAbsent(answer, _ -> new AtomicInteger()).incrementAndGet();
    }

    /** Asks no more; returns when all is accepted that was asked. */
    @Override
    public void close() {
        clients.close();
    }
}
