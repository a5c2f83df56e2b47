package io.freshet.push.node;

import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.message.UnreadableMessageException;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.ReceivedMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Reads all node events from the beginning and then follows them; without a group, since every worker needs them all. */
public final class NodeEventsReader implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(NodeEventsReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final NodeStates states;
    private volatile boolean running;
    private @Nullable Thread thread;

    public NodeEventsReader(KafkaClients clients, NodeStates states) {
        this.clients = clients;
        this.states = states;
    }

    @Override
    public synchronized void start() {
        running = true;
        thread = Thread.ofPlatform().name("push-node-events").start(this::run);
    }

    @Override
    public synchronized void stop() {
        running = false;
        if (thread == null) {
            return;
        }
        try {
            thread.join(POLL.plus(RETRY).plus(CLOSE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Begins before the commands are consumed, and ends after. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    private void run() {
        while (running) {
            try {
                follow();
            } catch (RuntimeException e) {
                log.warn("The node events cannot be read yet: {}", e.toString());
                rest();
            }
        }
    }

    private void follow() {
        Consumer<String, byte[]> consumer = clients.ungrouped();
        try {
            List<TopicPartition> partitions = partitions(consumer);
            if (partitions.isEmpty()) {
                rest();
                return;
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            boolean caughtUp = false;
            while (running) {
                consumer.poll(POLL).forEach(this::take);
                if (!caughtUp && partitions.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L))) {
                    caughtUp = true;
                    states.caughtUp();
                }
            }
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE));
        }
    }

    private static List<TopicPartition> partitions(Consumer<?, ?> consumer) {
        List<PartitionInfo> infos = consumer.partitionsFor(Topics.NODE_EVENTS);
        return infos == null
                ? List.of()
                : infos.stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            states.forgotten(record.key());
            return;
        }
        try {
            states.changed(ReceivedMessage.read(record, NodeChanged.class));
        } catch (UnreadableMessageException e) {
            log.warn("A node event at {}-{} is skipped: {}", record.partition(), record.offset(), e.getMessage());
        }
    }

    private static void rest() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
