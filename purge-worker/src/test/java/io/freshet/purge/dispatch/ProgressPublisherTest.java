package io.freshet.purge.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.TaskTotals;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgressPublisherTest {

    @Test
    void record_stays_below_256_kb_however_many_nodes_are_lagging() {
        List<String> lagging = IntStream.range(0, 200)
                .mapToObj(i -> "a-node-with-a-long-name-" + i)
                .toList();
        List<ObjectState> states = IntStream.range(0, 1_000)
                .mapToObj(i -> new ObjectState(i, Phase.RUNNING, lagging, 200, "\u00fc".repeat(500), 0))
                .toList();
        List<List<ObjectState>> records = ProgressPublisher.split(states);
        assertThat(records.stream().flatMap(List::stream)).containsExactlyElementsOf(states);
        assertThat(records)
                .allSatisfy(
                        record -> assertThat(MessageFormat.write(event(record))).hasSizeLessThan(262_144));
    }

    @Test
    void completed_objects_take_few_records() {
        List<ObjectState> states = IntStream.range(0, 1_000)
                .mapToObj(i -> new ObjectState(i, Phase.SETTLED, List.of(), 3, null, 0))
                .toList();
        assertThat(ProgressPublisher.split(states)).hasSize(2);
    }

    private static ObjectsProgressed event(List<ObjectState> states) {
        return new ObjectsProgressed(
                new TaskId(1), "acme", states, new TaskTotals(1_000, 0, 0, 0, 200_000), Instant.now());
    }
}
