package io.freshet.push.task;

import io.freshet.contracts.message.PushCommand;
import io.freshet.fleet.Fleet;
import io.freshet.fleet.Node;
import io.freshet.fleet.Tier;
import io.freshet.kafka.CommandHandler;
import io.freshet.kafka.MessagePublisher;
import io.freshet.push.fetch.PublicUrl;
import io.freshet.push.limit.DomainLimits;
import io.freshet.push.limit.Turnstile;
import io.freshet.push.task.Lane.Item;
import io.freshet.push.task.Warmer.Errand;
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

/** Begins a push for every command, and abandons those whose partition is gone. */
public final class PushHandler implements CommandHandler<PushCommand> {

    private final Fleet fleet;
    private final DomainLimits limits;
    private final Warmer warmer;
    private final MessagePublisher publisher;
    private final Duration reportEvery;
    private final Map<PushTask, TopicPartition> running = new ConcurrentHashMap<>();

    public PushHandler(
            Fleet fleet, DomainLimits limits, Warmer warmer, MessagePublisher publisher, Duration reportEvery) {
        this.fleet = fleet;
        this.limits = limits;
        this.warmer = warmer;
        this.publisher = publisher;
        this.reportEvery = reportEvery;
    }

    @Override
    public CompletableFuture<Void> handle(PushCommand command, TopicPartition partition, long offset) {
        PushTask task = task(command);
        running.put(task, partition);
        return task.start().whenComplete((_, _) -> running.remove(task));
    }

    @Override
    public void revoked(Collection<TopicPartition> partitions) {
        running.forEach((task, partition) -> {
            if (partitions.contains(partition)) {
                task.abandon();
            }
        });
    }

    /**
     * @throws IllegalArgumentException if the command cannot be carried out as it is
     */
    private PushTask task(PushCommand command) {
        Tier tier = fleet.tier(command.tier())
                .orElseThrow(() -> new IllegalArgumentException("the fleet has no tier \"" + command.tier() + '"'));
        List<Map<String, String>> variants = Variants.of(command.headers());
        List<List<Node>> targets = new ArrayList<>();
        Map<Node, List<Item>> items = new LinkedHashMap<>();
        for (int index = 0; index < command.objects().size(); index++) {
            Item item = new Item(index, PublicUrl.parse(command.objects().get(index)));
            List<Node> nodes = Targets.of(tier, item.url().toString());
            nodes.forEach(
                    node -> items.computeIfAbsent(node, _ -> new ArrayList<>()).add(item));
            targets.add(nodes);
        }
        Progress progress = new Progress(command, targets);
        Turnstile turnstile = limits.of(command.domain());
        ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("push-" + command.taskId() + '-', 0).factory());
        long now = System.nanoTime();
        List<Lane> lanes = new ArrayList<>();
        items.forEach((node, wanted) -> lanes.add(new Lane(
                warmer,
                new Errand(node, variants, turnstile, now),
                wanted,
                turnstile.share(node.id(), tier.nodes().size()),
                progress,
                threads)));
        return new PushTask(threads, lanes, new Reporter(publisher, progress, reportEvery));
    }
}
