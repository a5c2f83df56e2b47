package io.freshet.gateway.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.TaskId;
import io.freshet.gateway.TestSettings;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TaskIdGeneratorTest {

    @Test
    void ids_are_ordered_and_contain_time_and_node_number() {
        TaskIdGenerator ids = new TaskIdGenerator(
                TestSettings.with(AcceptProperties.class, Map.of("freshet.gateway.node-number", 1_023)),
                Clock.systemUTC());
        Instant before = Instant.now().minusMillis(1);
        List<TaskId> drawn = Stream.generate(ids::next).limit(10_000).toList();
        Instant after = Instant.now().plusSeconds(1); // an exhausted counter borrows from the next millisecond
        assertThat(drawn).doesNotHaveDuplicates().isSorted();
        assertThat(drawn).allSatisfy(id -> {
            assertThat(id.madeAt()).isBetween(before, after);
            assertThat(id.value() >> 12 & 1_023).isEqualTo(1_023);
        });
    }
}
