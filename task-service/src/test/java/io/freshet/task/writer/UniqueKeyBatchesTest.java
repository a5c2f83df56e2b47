package io.freshet.task.writer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class UniqueKeyBatchesTest {

    @Test
    void no_batch_has_a_key_twice_and_equal_keys_keep_their_order() {
        assertThat(UniqueKeyBatches.of(List.of("a1", "b1", "a2", "c1", "a3", "b2"), item -> item.charAt(0)))
                .containsExactly(List.of("a1", "b1", "c1"), List.of("a2", "b2"), List.of("a3"));
        assertThat(UniqueKeyBatches.of(List.of(), Function.identity())).isEmpty();
    }
}
