package io.freshet.purge.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OffsetRangeSetTest {

    @Test
    void first_missing_offset_is_that_of_a_plain_set() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            OffsetRangeSet set = new OffsetRangeSet();
            Set<Long> plain = new HashSet<>();
            for (int i = 0; i < 30; i++) {
                long offset = random.nextInt(50);
                set.add(offset);
                plain.add(offset);
            }
            for (long from = 0; from < 52; from++) {
                long missing = from;
                while (plain.contains(missing)) {
                    missing++;
                }
                assertThat(set.firstMissing(from))
                        .as("from %d in %s", from, plain)
                        .isEqualTo(missing);
            }
        }
    }

    @Test
    void removed_ranges_are_missing_and_the_others_are_not() {
        OffsetRangeSet set = new OffsetRangeSet();
        for (long offset : new long[] {1, 2, 3, 7, 8}) {
            set.add(offset);
        }
        set.removeBelow(4);
        assertThat(set.firstMissing(1)).isEqualTo(1);
        assertThat(set.firstMissing(7)).isEqualTo(9);
    }

    @Test
    void size_is_bounded_and_the_newest_ranges_are_kept() {
        OffsetRangeSet set = new OffsetRangeSet();
        for (long offset = 0; offset < 40_000; offset += 2) {
            set.add(offset);
        }
        assertThat(set.firstMissing(0)).isEqualTo(0);
        assertThat(set.firstMissing(39_998)).isEqualTo(39_999);
    }
}
