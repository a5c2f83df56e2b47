package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.e2e.Chaos.Fault;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Faults in a cluster under a steady load of refreshes and pushes, beside reads of nodes and tasks, and the conditions
 * that hold during and after them. Nodes and origin must be well all the time.
 */
final class ChaosUnderLoad {

    private static final Logger log = LoggerFactory.getLogger(ChaosUnderLoad.class);
    private static final int PAGES = 30;
    private static final Duration LOAD_PERIOD = Duration.ofMillis(100);
    private static final Duration LOAD_PAUSE = Duration.ofMillis(500);

    private final GatewayClient gateway;
    private final List<CacheNode> nodes;
    private final Random readRandom;
    private final Random loadRandom;
    private final Random chaosRandom;
    private final Duration longestPause;
    private final History history;
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger taskReads = new AtomicInteger();

    /**
     * @param seed of all that is random
     * @param longestPause see {@link Chaos}
     */
    ChaosUnderLoad(TestCluster cluster, long seed, Duration longestPause) {
        this.gateway = cluster.gateway();
        this.nodes =
                Stream.concat(Stream.of(cluster.l2()), cluster.l1().stream()).toList();
        this.longestPause = longestPause;
        this.history = new History(
                Stream.generate(cluster.origin()::pages).limit(PAGES).toList());
        // Gives each purpose a sequence of its own, so that threads do not disturb each other's.
        Random seeds = new Random(seed);
        readRandom = new Random(seeds.nextLong());
        loadRandom = new Random(seeds.nextLong());
        chaosRandom = new Random(seeds.nextLong());
    }

    /** Results, all of whose conditions have been asserted. */
    record Result(List<Fault> faults, int accepted, ConstantLoad load) {

        /** Returns the number of faults of a kind. */
        long faults(String kind) {
            return faults.stream().filter(fault -> fault.kind().equals(kind)).count();
        }
    }

    /**
     * Injects each fault at least once.
     *
     * @throws AssertionError if anything that was accepted was not executed, a node had an old copy, or a quota was
     *     charged wrongly
     */
    Result run(List<Fault> faults, Duration duration) {
        Instant begin = Instant.now();
        long urlsBefore = gateway.used("url");
        long pushesBefore = gateway.used("push");

        List<Fault> injected;
        ConstantLoad load = new ConstantLoad(gateway::post, history, loadRandom, LOAD_PAUSE);
        try (BackgroundTasks checks = new BackgroundTasks(2)) {
            checks.repeat(Duration.ofMillis(10), this::readAnyPage);
            checks.repeat(Duration.ofMillis(200), this::readOpenTasks);
            try (load) {
                load.start(LOAD_PERIOD);
                injected = new Chaos(faults, chaosRandom, longestPause).run(duration);
            }
            Instant calm = Instant.now();
            Waiting.eventually("all tasks are finished")
                    .atMost(Duration.ofMinutes(3))
                    .until(() -> history.open().isEmpty());
            log.info(
                    "{} faults; the last task finished {} ms after the last fault; {}; {} reads of nodes, {} of tasks",
                    injected.size(),
                    Duration.between(calm, Instant.now()).toMillis(),
                    load,
                    reads,
                    taskReads);
        }

        assertThat(injected).containsAll(faults);
        assertNothingLost(load);
        assertChargedOnce("refresh", "url", urlsBefore, begin);
        assertChargedOnce("push", "push", pushesBefore, begin);
        return new Result(injected, history.accepted().size(), load);
    }

    private void assertNothingLost(ConstantLoad load) {
        assertThat(reads).hasPositiveValue();
        assertThat(taskReads).hasPositiveValue();
        assertThat(load.requests()).isPositive();
        assertThat(load.answers("202")).isEqualTo(load.requests());
        assertThat(history.accepted()).hasSize(load.requests());
        assertThat(history.accepted("refresh")).isNotEmpty();
        assertThat(history.accepted("push")).isNotEmpty();
        assertThat(history.failed()).allSatisfy(this::assertFailedWithTrueReason);
        for (CacheNode node : nodes) {
            history.pages().forEach(page -> history.check(page, node));
        }
        assertThat(history.violations()).isEmpty();
    }

    /** Nodes and origin were well all the time, so there is only this: a refresh dropped what a push was bringing. */
    private void assertFailedWithTrueReason(Task task) {
        assertThat(task.kind()).isEqualTo("push");
        assertThat(gateway.objects(task.taskId(), "failed", 10))
                .isNotEmpty()
                .allSatisfy(object -> assertThat(object.description()).contains("did not store it"));
    }

    private void readAnyPage() {
        history.check(history.anyPage(readRandom), nodes.get(readRandom.nextInt(nodes.size())));
        reads.incrementAndGet();
    }

    private void readOpenTasks() {
        for (String taskId : history.open()) {
            try {
                Answer answer = gateway.get("/v1/tasks/" + taskId);
                switch (answer.status()) {
                    case 200 -> {
                        history.seen(answer.as(200, Task.class));
                        taskReads.incrementAndGet();
                    }
                    case 404, 429, 503 -> {} // not recorded yet, too many requests wait, or nobody can tell
                    default -> history.violated(taskId + " was answered " + answer.status() + ' ' + answer.body());
                }
            } catch (UncheckedIOException _) {
                return; // the gateway is dead
            }
        }
    }

    /**
     * Each task that is recorded was charged with its objects, once; a request that was repeated may have become
     * several tasks while nobody could tell.
     */
    private void assertChargedOnce(String kind, String quota, long before, Instant begin) {
        List<Task> tasks = Waiting.eventually("what is charged is what was asked")
                .until(
                        () -> gateway.tasksSince(kind, begin),
                        all -> gateway.used(quota) - before
                                == all.stream().mapToLong(Task::objectCount).sum());
        assertThat(tasks).extracting(Task::taskId).doesNotHaveDuplicates().containsAll(history.accepted(kind));
        log.info("{}: {} tasks recorded, {} objects charged", kind, tasks.size(), gateway.used(quota) - before);
    }
}
