package io.freshet.purge.delivery;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.steering.NodeEvents;
import io.freshet.purge.steering.NodeActions;
import io.freshet.purge.steering.NodeActions.Given;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes nodes whole: those that owe what is no longer in the log, and those that an operator wants flushed. One after the other, parents
 * first, and all their children after them. Only the worker that has the first partition does it; every partition's worker hears of it.
 */
final class NodeFlusher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeFlusher.class);
    private static final int FIRST_PARTITION = 0;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(30);

    /** Where the log ended before a flush, and when. */
    private record Before(Instant at, String topicId, Map<Integer, Long> ends) {}

    private final TierTopology tiers;
    private final OwnedPartitions shards;
    private final CommandTopic commands;
    private final NodeEvents nodeLog;
    private final NodeActions orders;
    private final MessagePublisher publisher;
    private final DeliveryProperties settings;
    private final Clock clock;
    private final Map<NodeChannel, Instant> retries = new HashMap<>();
    private final Thread thread;

    NodeFlusher(
            TierTopology tiers,
            OwnedPartitions shards,
            CommandTopic commands,
            NodeEvents nodeLog,
            NodeActions orders,
            MessagePublisher publisher,
            DeliveryProperties settings,
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
                } catch (InterruptException e) {
                    throw e;
                } catch (KafkaException | CompletionException e) {
                    log.warn("A flush could not be completed and will be repeated: {}", e.toString());
                } catch (RuntimeException e) {
                    log.error("A flush failed in a way it should not, and will be repeated", e);
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
        for (int tier = 0; tier < tiers.inOrder().size(); tier++) {
            List<NodeChannel> due = isMine()
                    ? tiers.inOrder().get(tier).stream().filter(this::isDue).toList()
                    : List.of();
            if (!due.isEmpty()) {
                flush(tier, due);
                return; // what is due below may have been done with it
            }
        }
    }

    private boolean isDue(NodeChannel node) {
        String id = node.node().id();
        if (!node.health().isHealthy()
                || orders.hold(id).isPresent()
                || clock.instant().isBefore(retryAt(node))) {
            return false;
        }
        return order(id).isPresent()
                || settings.flushByItself()
                        && node.driver().flush() != null
                        && !nodeLog.partitionsInNeedOfFlush(id).isEmpty();
    }

    private Instant retryAt(NodeChannel node) {
        return retries.getOrDefault(node, Instant.EPOCH);
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

    /** Whoever may have refetched the nodes' old copies is flushed after them, and only then they count as flushed. */
    private void flush(int tier, List<NodeChannel> nodes) throws InterruptedException {
        Map<NodeChannel, Optional<Long>> ordered = new HashMap<>();
        nodes.forEach(node -> ordered.put(node, order(node.node().id())));
        Before before = before();
        if (!flushTwice(nodes)) {
            return;
        }
        for (List<NodeChannel> below :
                tiers.inOrder().subList(tier + 1, tiers.inOrder().size())) {
            below.stream().filter(child -> child.driver().flush() == null).forEach(NodeFlusher::warnOf);
            List<NodeChannel> able = below.stream()
                    .filter(child -> child.driver().flush() != null)
                    .toList();
            List<NodeChannel> children =
                    able.stream().filter(child -> child.health().isHealthy()).toList();
            if (!flushTwice(children)) {
                return;
            }
            able.stream().filter(child -> !children.contains(child)).forEach(this::orderFlush);
            children.forEach(child -> tell(child, before, Optional.empty()));
        }
        nodes.forEach(node -> tell(node, before, requireNonNull(ordered.get(node))));
    }

    private static void warnOf(NodeChannel child) {
        log.error(
                "{} cannot be flushed by its driver, and its parents were: empty it, since it may hold old copies that they gave it",
                child.node().id());
    }

    /** A child that is away is flushed when it is back, before it is sent anything. */
    private void orderFlush(NodeChannel child) {
        publisher
                .publish(new FlushNode(child.node().id(), "freshet", clock.instant()))
                .join();
    }

    private Before before() {
        return new Before(clock.instant(), commands.topicId(), commands.ends());
    }

    /** A second time, since a fetch that was going on may have brought something back. False if one of them was not flushed. */
    private boolean flushTwice(List<NodeChannel> nodes) throws InterruptedException {
        if (nodes.isEmpty()) {
            return true;
        }
        if (!flushEach(nodes)) {
            return false;
        }
        TimeUnit.MILLISECONDS.sleep(settings.reboundDelay().toMillis());
        return flushEach(nodes);
    }

    /** One after the other, with a pause, so that whoever they fetch from is not asked for everything at once. */
    private boolean flushEach(List<NodeChannel> nodes) throws InterruptedException {
        for (NodeChannel node : nodes) {
            if (!flushOnce(node)) {
                retries.put(node, clock.instant().plus(RETRY));
                return false;
            }
            if (node != nodes.getLast()) {
                TimeUnit.MILLISECONDS.sleep(settings.flushPause().toMillis());
            }
        }
        return true;
    }

    private boolean flushOnce(NodeChannel node) {
        try {
            // Where the driver cannot do it, the operator who gave the order has done it.
            PurgeOutcome outcome = node.flush().orElse(PurgeOutcome.Gone.PURGED);
            if (outcome instanceof PurgeOutcome.Gone) {
                log.warn("{} was flushed", node.node().id());
                return true;
            }
            log.warn(
                    "{} could not be flushed, which is tried again after {}: {}",
                    node.node().id(),
                    RETRY,
                    outcome);
        } catch (IOException e) {
            log.warn(
                    "{} could not be flushed, which is tried again after {}: {}",
                    node.node().id(),
                    RETRY,
                    e.toString());
        }
        return false;
    }

    private void tell(NodeChannel node, Before before, Optional<Long> order) {
        publisher
                .publish(new NodeFlushed(
                        node.node().id(), before.at(), before.topicId(), before.ends(), order.orElse(null)))
                .join();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
