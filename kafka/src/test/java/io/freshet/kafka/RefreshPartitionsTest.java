package io.freshet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.RefreshCommand;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RefreshPartitionsTest {

    private final RefreshPartitions partitions = new RefreshPartitions();

    @Test
    void small_refreshes_of_a_quiet_account_use_every_third_partition() {
        assertThat(used("quiet", 1, 100, 12)).containsExactlyInAnyOrder(0, 3, 6, 9);
    }

    @Test
    void large_refreshes_use_all_other_partitions() {
        assertThat(used("bulk", 1_000, 200, 12)).containsExactlyInAnyOrder(1, 2, 4, 5, 7, 8, 10, 11);
    }

    @Test
    void many_small_refreshes_of_one_account_leave_the_partitions_of_others() {
        used("busy", 10, 100, 12);
        assertThat(used("busy", 10, 50, 12)).doesNotContain(0, 3, 6, 9);
        assertThat(used("quiet", 10, 50, 12)).isSubsetOf(0, 3, 6, 9);
    }

    @Test
    void few_partitions_are_all_used() {
        assertThat(used("small", 1, 10, 1)).containsExactly(0);
        assertThat(used("bulk", 1_000, 10, 1)).containsExactly(0);
        assertThat(used("small", 1, 10, 2)).containsExactly(0);
        assertThat(used("bulk", 1_000, 10, 2)).containsExactly(1);
        assertThat(used("bulk", 1_000, 50, 4)).containsExactlyInAnyOrder(1, 2);
    }

    private Set<Integer> used(String account, int objects, int refreshes, int of) {
        return LongStream.range(0, refreshes)
                .mapToObj(id -> partitions.partition(refresh(account, id, objects), of))
                .collect(Collectors.toSet());
    }

    private static RefreshCommand refresh(String account, long id, int objects) {
        return new RefreshCommand(
                new TaskId(1_000_000 + id * 7_919),
                account,
                "www.example.com",
                Selector.URL,
                Collections.nCopies(objects, "http://www.example.com/"),
                false,
                Instant.EPOCH);
    }
}
