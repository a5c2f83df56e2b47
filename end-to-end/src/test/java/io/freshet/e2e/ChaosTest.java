package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.e2e.Chaos.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChaosTest {

    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
    private static final Duration SHORT = Duration.ofMillis(3);

    private final List<String> events = new ArrayList<>();

    @Test
    void same_seed_injects_in_the_same_order() {
        assertThat(run(7, Duration.ofMillis(1))).isEqualTo(run(7, Duration.ofMillis(1)));
        assertThat(Stream.of(1, 2, 3, 4).map(seed -> run(seed, Duration.ofMillis(1))))
                .anyMatch(order -> !order.equals(run(7, Duration.ofMillis(1))));
    }

    @Test
    void every_fault_is_injected_once_however_short_the_time_is() {
        assertThat(run(1, Duration.ZERO)).containsExactlyInAnyOrderElementsOf(NAMES);
    }

    @Test
    void every_fault_has_ended_before_the_next_begins() {
        List<String> injected = run(1, Duration.ofMillis(200));

        assertThat(injected).hasSizeGreaterThan(NAMES.size());
        assertThat(events)
                .containsExactlyElementsOf(injected.stream()
                        .flatMap(name -> Stream.of("begin " + name, "end " + name))
                        .toList());
    }

    private List<String> run(long seed, Duration duration) {
        List<Fault> faults = NAMES.stream()
                .map(name ->
                        new Fault(name, "killed", () -> events.add("begin " + name), () -> events.add("end " + name)))
                .toList();
        return new Chaos(faults, new Random(seed), SHORT)
                .run(duration).stream().map(Fault::target).toList();
    }
}
