package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.purge.driver.PurgeOutcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PurgeCountersTest {

    @Test
    void purges_are_counted_by_node_and_outcome() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        PurgeCounters counters = new PurgeCounters(meters, "n1");
        counters.answered(PurgeOutcome.Gone.PURGED);
        counters.answered(PurgeOutcome.Gone.PURGED);
        counters.answered(PurgeOutcome.Gone.ABSENT);
        counters.answered(PurgeOutcome.Gone.BANNED);
        counters.answered(new PurgeOutcome.Refused("answered 401"));
        counters.failed();
        counters.postponed();
        counters.undelivered();
        Map<String, Double> counts = meters.find("freshet.purges").tag("node", "n1").counters().stream()
                .collect(Collectors.toMap(
                        counter -> String.valueOf(counter.getId().getTag("outcome")), counter -> counter.count()));
        assertThat(counts)
                .isEqualTo(Map.of(
                        "purged",
                        2.0,
                        "absent",
                        1.0,
                        "banned",
                        1.0,
                        "refused",
                        1.0,
                        "failed",
                        1.0,
                        "postponed",
                        1.0,
                        "undelivered",
                        1.0));
    }
}
