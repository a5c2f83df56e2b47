package io.freshet.gateway.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.TaskId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TaskIdGeneratorTest {

    @Test
    void ids_are_ordered_and_contain_time_and_number() {
        TaskIdGenerator ids = new TaskIdGenerator(Clock.systemUTC());
        ids.use(1_023);
        Instant before = Instant.now().minusMillis(1);
        List<TaskId> drawn = draw(ids);
        Instant after = Instant.now().plusSeconds(1); // an exhausted counter borrows from the next millisecond
        assertThat(drawn).doesNotHaveDuplicates().isSorted();
        assertThat(drawn).allSatisfy(id -> {
            assertThat(id.madeAt()).isBetween(before, after);
            assertThat(id.value() >> 12 & 1_023).isEqualTo(1_023);
        });
    }

    @Test
    void gateways_with_different_numbers_never_draw_the_same_id() {
        Clock stopped = Clock.fixed(Instant.now(), ZoneOffset.UTC);
        TaskIdGenerator one = new TaskIdGenerator(stopped);
        TaskIdGenerator other = new TaskIdGenerator(stopped);
        one.use(0);
        other.use(1);
        assertThat(draw(one)).doesNotContainAnyElementsOf(draw(other));
    }

    private static List<TaskId> draw(TaskIdGenerator ids) {
        return Stream.generate(ids::next).limit(10_000).toList();
    }
}
