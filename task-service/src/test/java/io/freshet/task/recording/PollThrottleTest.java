package io.freshet.task.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollThrottleTest {

    private static final Duration REST = Duration.ofMillis(50);
    private static final TopicPartition COMMANDS = new TopicPartition("purge-commands", 0);
    private static final TopicPartition EVENTS = new TopicPartition("task-events", 0);

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final List<Duration> rested = new ArrayList<>();
    private final PollThrottle rest = new PollThrottle(REST, rested::add);

    @BeforeEach
    void assign() {
        consumer.assign(List.of(COMMANDS, EVENTS));
        consumer.updateBeginningOffsets(Map.of(COMMANDS, 0L, EVENTS, 0L));
    }

    @AfterEach
    void close() {
        consumer.close();
    }

    @Test
    void a_consumer_without_lag_is_delayed() {
        rest.success(taken(1), consumer);
        assertThat(rested).containsExactly(REST);
    }

    @Test
    void a_consumer_that_lags_on_any_partition_is_not_delayed() {
        rest.success(taken(2), consumer);
        assertThat(rested).isEmpty();
    }

    @Test
    void records_are_passed_on_unchanged() {
        ConsumerRecords<String, byte[]> records = taken(1);
        assertThat(rest.intercept(records, consumer)).isSameAs(records);
    }

    /** Polls one command and no event. */
    private ConsumerRecords<String, byte[]> taken(long endOfCommands) {
        consumer.updateEndOffsets(Map.of(COMMANDS, endOfCommands, EVENTS, 0L));
        consumer.addRecord(new ConsumerRecord<>(COMMANDS.topic(), COMMANDS.partition(), 0, "key", new byte[0]));
        return consumer.poll(Duration.ZERO);
    }
}
