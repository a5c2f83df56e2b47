package io.freshet.purge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OffsetRangeSetTest {

    @Test
    void it_knows_for_every_offset_the_first_that_is_missing_as_a_plain_set_does() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            OffsetRangeSet runs = new OffsetRangeSet();
            Set<Long> plain = new HashSet<>();
            for (int i = 0; i < 30; i++) {
                long offset = random.nextInt(50);
                runs.add(offset);
                plain.add(offset);
            }
            for (long from = 0; from < 52; from++) {
                long missing = from;
                while (plain.contains(missing)) {
                    missing++;
                }
                assertThat(runs.firstMissing(from))
                        .as("from %d in %s", from, plain)
                        .isEqualTo(missing);
            }
        }
    }

    @Test
    void what_is_forgotten_is_missing_and_the_rest_is_not() {
        OffsetRangeSet runs = new OffsetRangeSet();
        for (long offset : new long[] {1, 2, 3, 7, 8}) {
            runs.add(offset);
        }
        runs.forgetBelow(4);
        assertThat(runs.firstMissing(1)).isEqualTo(1);
        assertThat(runs.firstMissing(7)).isEqualTo(9);
    }

    @Test
    void it_does_not_grow_without_bounds_and_keeps_the_newest() {
        OffsetRangeSet runs = new OffsetRangeSet();
        for (long offset = 0; offset < 40_000; offset += 2) {
            runs.add(offset);
        }
        assertThat(runs.firstMissing(0)).isEqualTo(0);
        assertThat(runs.firstMissing(39_998)).isEqualTo(39_999);
    }
}
