package io.freshet.purge.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.contracts.message.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class NodeEventsTest {

    private static final Instant AT = Instant.parse("2026-11-22T10:15:30Z");

    private final EventClock clock = new EventClock(Clock.fixed(AT.minusSeconds(3600), ZoneOffset.UTC));
    private final NodeEvents events = new NodeEvents(clock);

    @Test
    void state_of_a_former_owner_that_arrives_late_does_not_count() {
        receive(state(0, 8, false));
        receive(state(0, 7, true));
        assertThat(events.partitionsInNeedOfFlush("l1-a")).isEmpty();
        receive(state(0, 8, true));
        assertThat(events.partitionsInNeedOfFlush("l1-a")).containsExactly(0);
    }

    @Test
    void deleted_state_does_not_count_and_its_node_is_still_known() {
        receive(state(0, 1, false));
        receive(state(3, 1, true));
        assertThat(events.statesFrom(3)).containsExactly(state(3, 1, true));
        events.received(new ConsumerRecord<>(Topics.NODE_EVENTS, 0, 0, "l1-a/3", null));
        assertThat(events.statesFrom(0)).containsExactly(state(0, 1, false));
        assertThat(events.partitionsInNeedOfFlush("l1-a")).isEmpty();
        assertThat(events.mentions("l1-a")).isTrue();
    }

    @Test
    void flush_that_arrives_after_a_later_one_does_not_count() {
        NodeFlushed later = new NodeFlushed("l1-a", AT, "topic-1", Map.of(0, 20L), 9L);
        receive(later);
        receive(new NodeFlushed("l1-a", AT.minusSeconds(5), "topic-1", Map.of(0, 10L), 4L));
        assertThat(events.lastFlush("l1-a")).contains(later);
    }

    @Test
    void events_of_this_worker_are_later_than_all_received_whatever_the_clock_says() {
        receive(state(0, 1, true));
        Instant flush = clock.instant();
        assertThat(flush).isAfter(AT);
        receive(new NodeFlushed("l1-a", AT.plusSeconds(60), "topic-1", Map.of(0, 20L), 9L));
        assertThat(clock.instant()).isAfter(AT.plusSeconds(60));
    }

    private void receive(NodeEvent event) {
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>(Topics.NODE_EVENTS, 0, 0, event.key(), MessageFormat.write(event));
        record.headers().add(Headers.TYPE, MessageFormat.typeOf(event).getBytes(StandardCharsets.UTF_8));
        events.received(record);
    }

    private static NodeChanged state(int partition, int generation, boolean needsFlush) {
        return new NodeChanged(
                "l1-a",
                partition,
                needsFlush ? NodeState.LAGGING : NodeState.IN_SYNC,
                true,
                AT,
                null,
                0,
                null,
                null,
                false,
                needsFlush,
                generation,
                AT,
                Duration.ofSeconds(10));
    }
}
