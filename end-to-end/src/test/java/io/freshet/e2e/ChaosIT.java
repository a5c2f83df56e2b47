package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Breaks everything but the nodes: the broker, Postgres and each service are killed and started again in random order,
 * under a steady load. The order is that of a seed, which is printed and can be given again: {@code
 * -Dfreshet.chaos.seed=…}; {@code -Dfreshet.chaos.seconds=…} says how long.
 */
@ClusterTest
@Order(Order.DEFAULT + 25)
class ChaosIT {

    private static final Logger log = LoggerFactory.getLogger(ChaosIT.class);
    private static final int PAGES = 30;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);
    private static final Duration LOAD_PERIOD = Duration.ofMillis(100);
    private static final Duration LOAD_PAUSE = Duration.ofMillis(500);

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final List<CacheNode> nodes;
    private final long seed = Long.getLong("freshet.chaos.seed", new Random().nextLong());
    private final Duration duration = Duration.ofSeconds(Long.getLong("freshet.chaos.seconds", 60));
    /** Gives each purpose a sequence of its own, so that threads do not disturb each other's. */
    private final Random seeds = new Random(seed);

    private final Random readRandom = new Random(seeds.nextLong());
    private final Random loadRandom = new Random(seeds.nextLong());
    private final Random chaosRandom = new Random(seeds.nextLong());
    private final History history;
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger taskReads = new AtomicInteger();

    ChaosIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.nodes =
                Stream.concat(Stream.of(cluster.l2()), cluster.l1().stream()).toList();
        this.history = new History(
                Stream.generate(cluster.origin()::pages).limit(PAGES).toList());
    }

    @AfterEach
    void everything_is_well_again() {
        nodes.forEach(node -> Waiting.inSync(cluster, node, true));
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void accepted_requests_are_executed_and_nodes_stay_fresh_whatever_is_killed() {
        log.info("seed {}", seed);
        Instant begin = Instant.now();
        long urlsBefore = gateway.used("url");
        long pushesBefore = gateway.used("push");

        List<Chaos.Target> targets = Chaos.targetsOf(cluster);
        List<String> killed;
        ConstantLoad load = new ConstantLoad(gateway::post, history, loadRandom, LOAD_PAUSE);
        try (BackgroundTasks checks = new BackgroundTasks(2)) {
            checks.repeat(Duration.ofMillis(10), this::readAnyPage);
            checks.repeat(Duration.ofMillis(200), this::readOpenTasks);
            try (load) {
                load.start(LOAD_PERIOD);
                killed = new Chaos(targets, chaosRandom, LONGEST_PAUSE).run(duration);
            }
            Instant calm = Instant.now();
            Waiting.eventually("all tasks are finished")
                    .atMost(Duration.ofMinutes(3))
                    .until(() -> history.open().isEmpty());
            log.info(
                    "{} kills; the last task finished {} ms after the last kill; {}; {} reads of nodes, {} of tasks",
                    killed.size(),
                    Duration.between(calm, Instant.now()).toMillis(),
                    load,
                    reads,
                    taskReads);
        }

        assertThat(killed).containsAll(targets.stream().map(Chaos.Target::name).toList());
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
        assertChargedOnce("refresh", "url", urlsBefore, begin);
        assertChargedOnce("push", "push", pushesBefore, begin);
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
