package io.freshet.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Reader of all partitions of a topic, on its own thread and without a group: each instance sees each record. It
 * survives outages of the broker and its own failures, finds new partitions, and begins anew when the topic was deleted
 * and created again.
 */
public final class TopicReader implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration METADATA = Duration.ofSeconds(5);
    private static final Duration NEW_PARTITIONS = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration POLL_PAUSE = Duration.ofMillis(10);
    private static final int FEW = 100;

    /** Start of the reading. */
    public enum From {
        BEGINNING,
        END
    }

    /** Receives the records on the reader's thread. */
    public interface Listener {

        /**
         * Called before the first record, and again if the topic was deleted and created anew: then its records follow
         * from the beginning.
         */
        default void opened(String topicId) {}

        /** Receives one record. Must not block. If it throws, the record is skipped with a warning. */
        void received(ConsumerRecord<String, byte[]> record);

        /** Called once, when all records that the topic held at the start have been received. */
        default void caughtUp() {}

        /**
         * Returns the pause after a poll with few records, so that the next fetch brings more. {@link #wakeUp} ends it.
         * The default is unnoticeable in live views.
         */
        default Duration pollPause() {
            return POLL_PAUSE;
        }
    }

    private final KafkaClients clients;
    private final String topic;
    private final From from;
    private final Listener listener;
    /** Next offset of each partition; for the reader's thread only. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    /** End offsets at the start of the reading. */
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    private String topicId = "";
    private boolean caughtUp;
    private final Semaphore wakeUps = new Semaphore(0);

    private volatile boolean running;
    private volatile @Nullable Consumer<String, byte[]> consumer;
    private @Nullable Thread thread;

    public TopicReader(KafkaClients clients, String topic, From from, Listener listener) {
        this.clients = clients;
        this.topic = topic;
        this.from = from;
        this.listener = listener;
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofPlatform().name("reader-" + topic).daemon().start(this::run);
    }

    /** Ends the current pause between polls. */
    public void wakeUp() {
        wakeUps.release();
    }

    /** Waits until the thread has ended. */
    @Override
    public void stop() {
        running = false;
        wakeUp();
        Consumer<String, byte[]> current = consumer;
        try {
            if (thread != null) {
                if (current != null) {
                    // Not an interrupt, which would also break off the consumer's closing.
                    current.wakeup();
                } else {
                    thread.interrupt();
                }
                thread.join(METADATA);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Begins before commands are consumed, and ends after. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    private void run() {
        while (running) {
            try (Admin admin = clients.admin();
                    Consumer<String, byte[]> opened = clients.ungrouped()) {
                consumer = opened;
                read(opened, admin);
            } catch (WakeupException | InterruptException e) {
                log.debug("stopped reading {}", topic);
            } catch (RuntimeException e) {
                log.warn("Cannot read topic {}; retrying: {}", topic, e.toString());
                consumer = null;
                pause(RETRY);
            }
        }
    }

    private void read(Consumer<String, byte[]> opened, Admin admin) {
        long assignedAt = 0;
        while (running) {
            if (opened.assignment().isEmpty() || System.nanoTime() - assignedAt > NEW_PARTITIONS.toNanos()) {
                assign(opened, admin);
                assignedAt = System.nanoTime();
            }
            reportIfCaughtUp(opened);
            ConsumerRecords<String, byte[]> records = opened.poll(POLL);
            records.forEach(this::deliver);
            if (!records.isEmpty() && records.count() < FEW) {
                pauseBetweenPolls();
            }
        }
    }

    private void pauseBetweenPolls() {
        try {
            if (wakeUps.tryAcquire(listener.pollPause().toMillis(), TimeUnit.MILLISECONDS)) {
                wakeUps.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reportIfCaughtUp(Consumer<String, byte[]> opened) {
        if (!caughtUp && ends.entrySet().stream().allMatch(end -> opened.position(end.getKey()) >= end.getValue())) {
            caughtUp = true;
            listener.caughtUp();
        }
    }

    private void assign(Consumer<String, byte[]> opened, Admin admin) {
        List<TopicPartition> found = new ArrayList<>();
        for (PartitionInfo partition : opened.partitionsFor(topic, METADATA)) {
            found.add(new TopicPartition(topic, partition.partition()));
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("the topic does not exist yet");
        }
        boolean first = topicId.isEmpty();
        String foundId = topicId(admin);
        boolean created = !foundId.equals(topicId);
        if (!created && found.size() == opened.assignment().size()) {
            return;
        }
        opened.assign(found);
        if (created) {
            begin(foundId);
            ends.clear();
            ends.putAll(opened.endOffsets(found, METADATA));
        }
        List<TopicPartition> unknown = found.stream()
                .filter(partition -> !positions.containsKey(partition))
                .toList();
        // A partition that is found later is new, and all that it holds is.
        positions.putAll(first && from == From.END ? ends : opened.beginningOffsets(unknown, METADATA));
        positions.forEach(opened::seek);
        topicId = foundId; // not before all of this has succeeded
    }

    private void begin(String foundId) {
        if (!topicId.isEmpty()) {
            log.warn("Topic {} was deleted and created again; it is read from its beginning", topic);
        }
        positions.clear();
        listener.opened(foundId);
    }

    private String topicId(Admin admin) {
        try {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .values()
                    .iterator()
                    .next()
                    .topicId()
                    .toString();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        }
    }

    private void deliver(ConsumerRecord<String, byte[]> record) {
        positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        try {
            listener.received(record);
        } catch (RuntimeException e) {
            log.warn("Skipping record {}-{}@{}: {}", record.topic(), record.partition(), record.offset(), e.toString());
        }
    }

    private void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
