package io.freshet.gateway.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.TaskId;
import io.freshet.gateway.request.TestSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TaskIdGeneratorTest {

    @Test
    void ids_are_ordered_tell_when_they_were_made_and_hold_the_node_number() {
        TaskIdGenerator ids = new TaskIdGenerator(TestSettings.with(Map.of("freshet.gateway.node-number", 1_023)));
        Instant before = Instant.now().minusMillis(1);
        List<TaskId> drawn = Stream.generate(ids::next).limit(10_000).toList();
        Instant after = Instant.now().plusSeconds(1); // a counter that is used up borrows from the next millisecond
        assertThat(drawn).doesNotHaveDuplicates().isSorted();
        assertThat(drawn).allSatisfy(id -> {
            assertThat(id.madeAt()).isBetween(before, after);
            assertThat(id.value() >> 12 & 1_023).isEqualTo(1_023);
        });
    }
}
