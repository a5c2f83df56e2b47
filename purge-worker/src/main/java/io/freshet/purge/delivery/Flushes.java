package io.freshet.purge.delivery;

import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.cursor.CommandLog;
import io.freshet.purge.driver.Outcome;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.steering.NodeLog;
import io.freshet.purge.steering.NodeOrders;
import io.freshet.purge.steering.NodeOrders.Given;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes nodes whole: those that owe what is no longer in the log, and those that an operator wants flushed. One after the other, parents
 * first, and the children of each after it. Only the worker that has the first partition does it; every partition's worker hears of it.
 */
final class Flushes implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Flushes.class);
    private static final int FIRST_PARTITION = 0;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    /** Where the log ended before a flush, and when. */
    private record Before(Instant at, String topicId, Map<Integer, Long> ends) {}

    private final Tiers tiers;
    private final Shards shards;
    private final CommandLog commands;
    private final NodeLog nodeLog;
    private final NodeOrders orders;
    private final MessagePublisher publisher;
    private final DeliverySettings settings;
    private final Clock clock;
    private final Thread thread;

    Flushes(
            Tiers tiers,
            Shards shards,
            CommandLog commands,
            NodeLog nodeLog,
            NodeOrders orders,
            MessagePublisher publisher,
            DeliverySettings settings,
            Clock clock) {
        this.tiers = tiers;
        this.shards = shards;
        this.commands = commands;
        this.nodeLog = nodeLog;
        this.orders = orders;
        this.publisher = publisher;
        this.settings = settings;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("flushes").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
                try {
                    flushWhatNeedsIt();
                } catch (KafkaException | CompletionException e) {
                    log.warn("A flush could not be completed and will be repeated: {}", e.toString());
                }
            }
        } catch (InterruptedException | InterruptException e) {
            log.debug("no more flushes");
        }
    }

    private boolean isMine() {
        return shards.ready(FIRST_PARTITION).isPresent() && nodeLog.isComplete() && orders.isComplete();
    }

    private void flushWhatNeedsIt() throws InterruptedException {
        for (NodeChannel node : tiers.all()) { // parents first
            if (isMine() && isDue(node)) {
                flushWithChildren(node);
            }
        }
    }

    private boolean isDue(NodeChannel node) {
        String id = node.node().id();
        if (!node.standing().isUsable() || orders.hold(id).isPresent()) {
            return false;
        }
        return order(id).isPresent()
                || settings.flushByItself()
                        && node.driver().flush() != null
                        && !nodeLog.partitionsInNeedOfFlush(id).isEmpty();
    }

    /** The newest order to flush the node that has not been carried out. */
    private Optional<Long> order(String node) {
        long done = nodeLog.lastFlush(node)
                .map(NodeFlushed::order)
                .orElse(shards.ready(FIRST_PARTITION)
                        .map(shard -> shard.lastOrder(channel(node)))
                        .orElse(Long.MAX_VALUE));
        return orders.since(node, done).stream()
                .filter(given -> given.order() instanceof FlushNode)
                .map(Given::offset)
                .max(Long::compare);
    }

    private NodeChannel channel(String node) {
        return tiers.all().stream()
                .filter(each -> each.node().id().equals(node))
                .findFirst()
                .orElseThrow();
    }

    /** Whoever may have refetched the node's old copies is flushed after it, and only then it counts as flushed. */
    private void flushWithChildren(NodeChannel node) throws InterruptedException {
        Optional<Long> order = order(node.node().id());
        List<Integer> partitions = nodeLog.partitionsInNeedOfFlush(node.node().id());
        Before before = before();
        if (!flush(node)) {
            return;
        }
        for (NodeChannel child : tiers.below(node)) {
            if (!flushChild(child, partitions)) {
                return;
            }
        }
        tell(node, before, order.orElse(null));
    }

    /** False if the flush of its parent has to be repeated later. A child that needs a flush of its own gets it then. */
    private boolean flushChild(NodeChannel child, List<Integer> partitions) throws InterruptedException {
        List<Integer> needed = nodeLog.partitionsInNeedOfFlush(child.node().id());
        if (!needed.isEmpty() && needed.containsAll(partitions)) {
            return true;
        }
        Before before = before();
        if (!child.standing().isUsable() || !flush(child)) {
            log.warn("{} cannot be flushed after its parent yet", child.node().id());
            return false;
        }
        tell(child, before, null);
        return true;
    }

    private Before before() {
        return new Before(clock.instant(), commands.topicId(), commands.ends());
    }

    /** Twice where a fetch that is going on could bring something back. */
    private boolean flush(NodeChannel node) throws InterruptedException {
        log.warn("{} is flushed", node.node().id());
        if (!flushOnce(node)) {
            return false;
        }
        TimeUnit.MILLISECONDS.sleep(settings.reboundDelay().toMillis());
        return flushOnce(node);
    }

    private boolean flushOnce(NodeChannel node) {
        try {
            // Where the driver cannot do it, the operator who gave the order has done it.
            Outcome outcome = node.flush().orElse(Outcome.Gone.PURGED);
            if (outcome instanceof Outcome.Gone) {
                return true;
            }
            log.warn("{} could not be flushed: {}", node.node().id(), outcome);
        } catch (IOException e) {
            log.warn("{} could not be flushed: {}", node.node().id(), e.toString());
        }
        return false;
    }

    private void tell(NodeChannel node, Before before, @Nullable Long order) {
        publisher
                .publish(new NodeFlushed(node.node().id(), before.at(), before.topicId(), before.ends(), order))
                .join();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
