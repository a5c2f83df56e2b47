package io.freshet.push.task;

import io.freshet.contracts.message.PushCommand;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.Tier;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.TaskCancellations;
import io.freshet.kafka.command.CommandHandler;
import io.freshet.push.fetch.PublicUrl;
import io.freshet.push.limit.OriginLimiter;
import io.freshet.push.limit.OriginLimiters;
import io.freshet.push.task.DomainQueue.QueuedPush;
import io.freshet.push.task.NodeWorker.PushItem;
import io.freshet.push.task.Warmer.NodeJob;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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

    private final Fleet fleet;
    private final OriginLimiters limits;
    private final Warmer warmer;
    private final MessagePublisher publisher;
    private final ManifestPushes manifests;
    private final TaskCancellations cancellations;
    private final Duration progressInterval;
    private final Clock clock;
    private final Map<PushTask, TopicPartition> running = new ConcurrentHashMap<>();
    /** By domain; never evicted, there are as many as domains. */
    private final Map<String, DomainQueue> queues = new ConcurrentHashMap<>();

    public PushHandler(
            Fleet fleet,
            OriginLimiters limits,
            Warmer warmer,
            MessagePublisher publisher,
            ManifestPushes manifests,
            TaskCancellations cancellations,
            Duration progressInterval,
            Clock clock) {
        this.fleet = fleet;
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

    @Override
    public CompletableFuture<Void> handle(
            PushCommand command, TopicPartition partition, long offset, Runnable objectReleased) {
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
        Tier tier = fleet.tier(command.tier())
                .orElseThrow(() -> new IllegalArgumentException("the fleet has no tier \"" + command.tier() + '"'));
        List<Map<String, String>> variants = Variants.of(command.headers());
        List<List<Node>> targets = new ArrayList<>();
        Map<Node, List<PushItem>> items = new LinkedHashMap<>();
        for (int index = 0; index < command.objects().size(); index++) {
            PushItem item =
                    new PushItem(index, PublicUrl.parse(command.objects().get(index)));
            List<Node> nodes = TargetNodes.of(tier, item.url().toString());
            nodes.forEach(
                    node -> items.computeIfAbsent(node, _ -> new ArrayList<>()).add(item));
            targets.add(nodes);
        }
        PushProgress progress = new PushProgress(command, targets, clock);
        OriginLimiter limiter = limits.of(command.domain());
        ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("push-" + command.taskId() + '-', 0).factory());
        CancellableWaits waits = new CancellableWaits();
        ManifestPushes.@Nullable OfTask ofTask = manifests.of(command, waits);
        long now = System.nanoTime();
        List<NodeWorker> workers = new ArrayList<>();
        items.forEach((node, wanted) -> workers.add(new NodeWorker(
                warmer,
                new NodeJob(node, variants, limiter, waits, now),
                wanted,
                limiter.share(node.id(), tier.nodes().size()),
                progress,
                ofTask,
                threads)));
        ProgressReporter reporter = new ProgressReporter(publisher, progress, progressInterval);
        return new PushTask(threads, workers, progress, reporter, waits);
    }
}
