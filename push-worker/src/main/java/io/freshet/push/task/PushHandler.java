package io.freshet.push.task;

import io.freshet.contracts.message.PushCommand;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.TaskCancellations;
import io.freshet.kafka.command.CommandHandler;
import io.freshet.push.limit.OriginLimiters;
import io.freshet.push.limit.TaskLimiter;
import io.freshet.push.routing.TargetStages;
import io.freshet.push.task.DomainQueue.QueuedPush;
import io.freshet.push.task.PushPlan.StagePlan;
import io.freshet.push.task.Warmer.NodeJob;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Starts a task for each push command, in turn within its domain, and abandons tasks whose partition is given up. So an
 * origin that is slow keeps its own domain waiting only.
 */
public final class PushHandler implements CommandHandler<PushCommand> {

    private final TargetStages targets;
    private final OriginLimiters limits;
    private final Warmer warmer;
    private final MessagePublisher publisher;
    private final ManifestPushes manifests;
    private final TaskCancellations cancellations;
    private final Duration progressInterval;
    private final Clock clock;
    private final Map<PushTask, TopicPartition> running = new ConcurrentHashMap<>();
    /** Requests with limits of their own. */
    private final LimitedRequests limited = new LimitedRequests(this::start);
    /** By domain; never evicted, there are as many as domains. */
    private final Map<String, DomainQueue> queues = new ConcurrentHashMap<>();

    public PushHandler(
            TargetStages targets,
            OriginLimiters limits,
            Warmer warmer,
            MessagePublisher publisher,
            ManifestPushes manifests,
            TaskCancellations cancellations,
            Duration progressInterval,
            Clock clock) {
        this.targets = targets;
        this.limits = limits;
        this.warmer = warmer;
        this.publisher = publisher;
        this.manifests = manifests;
        this.cancellations = cancellations;
        this.progressInterval = progressInterval;
        this.clock = clock;
    }

    /** Waits for the cancellations that are older than this worker. */
    @Override
    public boolean isReady(TopicPartition partition) {
        return cancellations.isComplete();
    }

    /** Starts the command in turn; one with a start time is for task-service only. */
    @Override
    public CompletableFuture<Void> handle(
            PushCommand command, TopicPartition partition, long offset, Runnable objectReleased) {
        if (command.startAt() != null) {
            return CompletableFuture.completedFuture(null);
        }
        if (command.limits() != null) {
            return limited.enter(command).add(command, partition).whenComplete((_, _) -> limited.leave(command));
        }
        return queues.computeIfAbsent(command.domain(), _ -> new DomainQueue(this::start))
                .add(command, partition);
    }

    private CompletableFuture<Void> start(QueuedPush push) {
        PushTask task = task(push.command());
        running.put(task, push.partition());
        PushCommand command = push.command();
        // Children are cancelled with the task that the account knows.
        TaskCancellations.Subscription subscription =
                cancellations.subscribe(command.root() == null ? command.taskId() : command.root(), task::cancel);
        return task.start().whenComplete((_, _) -> {
            subscription.close();
            running.remove(task);
        });
    }

    @Override
    public void revoked(Collection<TopicPartition> partitions) {
        queues.values().forEach(queue -> queue.remove(partitions));
        limited.remove(partitions);
        running.forEach((task, partition) -> {
            if (partitions.contains(partition)) {
                task.abandon();
            }
        });
    }

    /**
     * Creates the task of a command.
     *
     * @throws IllegalArgumentException if the command cannot be executed
     */
    private PushTask task(PushCommand command) {
        PushPlan plan = new PushPlan(command, targets.of(command));
        Variants variants = Variants.of(command);
        RedirectTargets redirects = RedirectTargets.of(command);
        PushProgress progress = new PushProgress(command, plan.nodes(), clock);
        plan.remarks().forEach(progress::remark);
        ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("push-" + command.taskId() + '-', 0).factory());
        CancellableWaits waits = new CancellableWaits();
        ManifestPushes.@Nullable OfTask ofTask = manifests.of(command, waits);
        long now = System.nanoTime();
        List<List<NodeWorker>> workers = new ArrayList<>();
        for (StagePlan stage : plan.stages()) {
            TaskLimiter limiter = new TaskLimiter(
                    limits.of(command.domain()),
                    limited.limiter(command),
                    stage.targets().asksOrigin());
            List<NodeWorker> ofStage = new ArrayList<>();
            stage.items()
                    .forEach((node, items) -> ofStage.add(new NodeWorker(
                            warmer,
                            new NodeJob(node, variantsOf(node, variants), redirects, limiter, waits, now),
                            items,
                            limiter.share(node.id(), stage.targets().size()),
                            progress,
                            ofTask,
                            threads)));
            workers.add(ofStage);
        }
        ProgressReporter reporter = new ProgressReporter(publisher, progress, progressInterval);
        return new PushTask(threads, workers, progress, reporter, waits);
    }

    /** Varnish asks its backend for gzip whatever its client accepts, and keeps one copy. */
    private static Variants variantsOf(Node node, Variants variants) {
        return node.driver() instanceof Driver.Varnish ? variants.ofOneEncoding() : variants;
    }
}
