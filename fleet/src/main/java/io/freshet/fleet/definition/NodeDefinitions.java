package io.freshet.fleet.definition;

import io.freshet.contracts.message.NodeDefinition;
import io.freshet.contracts.message.Topics;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Definitions of nodes, read from their topic. The current fleet follows them. */
public final class NodeDefinitions implements SmartLifecycle, TopicReader.Listener {

    private static final Logger log = LoggerFactory.getLogger(NodeDefinitions.class);

    /** Definitions that arrive within this time become one change of the fleet: each change costs all partitions. */
    private static final Duration COLLECTED = Duration.ofMillis(500);

    private final CurrentFleet fleet;
    private final TopicReader reader;
    private final Map<String, NodeDefinition> definitions = new ConcurrentHashMap<>();
    private final Semaphore changes = new Semaphore(0);
    private final CountDownLatch complete = new CountDownLatch(1);
    private volatile Map<String, NodeDefinition> applied = Map.of();
    private @Nullable Thread thread;

    public NodeDefinitions(CurrentFleet fleet, KafkaClients clients) {
        this.fleet = fleet;
        this.reader = new TopicReader(clients, Topics.NODE_DEFINITIONS, TopicReader.From.BEGINNING, this);
    }

    /** Returns the newest definition of a node, also of one that has retired. */
    public Optional<NodeDefinition> of(String node) {
        return Optional.ofNullable(definitions.get(node));
    }

    /** Returns the newest definition of each node, also of those that have retired. */
    public Map<String, NodeDefinition> all() {
        return Map.copyOf(definitions);
    }

    /** Returns whether the current fleet has all definitions that were in the topic at the start. */
    public boolean isComplete() {
        return complete.getCount() == 0;
    }

    /**
     * Returns the current fleet; waits until it has all definitions that were in the topic at the start.
     *
     * @throws InterruptException if the thread is interrupted
     */
    public Fleet fleet() {
        try {
            complete.await();
            return fleet.get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Waits until the current fleet follows a definition, or a newer one of its node; returns false after a time. */
    public boolean awaitApplied(NodeDefinition definition, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (changes) {
            while (!isApplied(definition)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(changes, left);
            }
            return true;
        }
    }

    private boolean isApplied(NodeDefinition definition) {
        NodeDefinition present = applied.get(definition.node());
        return present != null && !present.at().isBefore(definition.at());
    }

    @Override
    public void received(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            definitions.remove(record.key());
        } else {
            NodeDefinition definition = ReceivedMessage.read(record, NodeDefinition.class);
            definitions.put(definition.node(), definition);
        }
        changes.release();
    }

    @Override
    public void caughtUp() {
        apply();
        complete.countDown();
        thread = Thread.ofVirtual().name("node-definitions").start(this::followChanges);
    }

    private void followChanges() {
        try {
            while (true) {
                changes.acquire();
                Thread.sleep(COLLECTED);
                changes.drainPermits();
                apply();
            }
        } catch (InterruptedException e) {
            log.debug("the definitions of nodes are followed no more");
        }
    }

    private void apply() {
        Map<String, NodeDefinition> next = all();
        fleet.replaceDefined(next.values())
                .forEach((node, faults) ->
                        log.warn("The definition of node {} is not used: {}", node, String.join("; ", faults)));
        synchronized (changes) {
            applied = next;
            changes.notifyAll();
        }
    }

    @Override
    public void start() {
        reader.start();
    }

    @Override
    public void stop() {
        reader.stop();
        Thread following = thread;
        if (following != null) {
            following.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return reader.isRunning();
    }

    @Override
    public int getPhase() {
        return reader.getPhase();
    }
}
