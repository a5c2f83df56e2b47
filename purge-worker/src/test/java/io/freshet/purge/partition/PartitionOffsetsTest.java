package io.freshet.purge.partition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionOffsetsTest {

    private final PartitionOffsets offsets = new PartitionOffsets();

    @BeforeEach
    void open() {
        offsets.open("topic-1", 10, 5);
    }

    @Test
    void position_below_the_beginning_is_moved_to_the_beginning() {
        offsets.open("topic-1", 3, 5);
        assertThat(offsets.position()).isEqualTo(5);
        assertThat(offsets.next()).isEqualTo(5);
    }

    @Test
    void dispatched_command_is_delivered_when_it_is_complete() {
        offsets.dispatch(10);
        assertThat(offsets.isDelivered(10)).isFalse();
        assertThat(offsets.firstInFlight()).isEqualTo(10);
        offsets.complete(10);
        assertThat(offsets.isDelivered(10)).isTrue();
        assertThat(offsets.isDelivered(11)).isFalse();
        assertThat(offsets.firstInFlight()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void position_and_beginning_never_go_back() {
        offsets.advancePosition(9);
        offsets.advanceBeginning(4);
        assertThat(offsets.position()).isEqualTo(10);
        assertThat(offsets.beginning()).isEqualTo(5);
    }
}
