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

class RestTest {

    private static final Duration REST = Duration.ofMillis(50);
    private static final TopicPartition COMMANDS = new TopicPartition("purge-commands", 0);
    private static final TopicPartition EVENTS = new TopicPartition("task-events", 0);

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final List<Duration> rested = new ArrayList<>();
    private final Rest rest = new Rest(REST, rested::add);

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
    void it_rests_when_all_that_is_known_to_be_in_the_log_was_taken() {
        rest.success(taken(1), consumer);
        assertThat(rested).containsExactly(REST);
    }

    @Test
    void it_does_not_rest_while_any_partition_has_more() {
        rest.success(taken(2), consumer);
        assertThat(rested).isEmpty();
    }

    @Test
    void it_passes_on_whatever_comes() {
        ConsumerRecords<String, byte[]> records = taken(1);
        assertThat(rest.intercept(records, consumer)).isSameAs(records);
    }

    /** One record of commands, and none of events. */
    private ConsumerRecords<String, byte[]> taken(long endOfCommands) {
        consumer.updateEndOffsets(Map.of(COMMANDS, endOfCommands, EVENTS, 0L));
        consumer.addRecord(new ConsumerRecord<>(COMMANDS.topic(), COMMANDS.partition(), 0, "key", new byte[0]));
        return consumer.poll(Duration.ZERO);
    }
}
