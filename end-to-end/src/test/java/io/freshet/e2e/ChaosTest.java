package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.e2e.Chaos.Target;
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
    void same_seed_kills_in_the_same_order() {
        assertThat(chaos(7).run(Duration.ofMillis(1))).isEqualTo(chaos(7).run(Duration.ofMillis(1)));
        assertThat(Stream.of(1, 2, 3, 4).map(seed -> chaos(seed).run(Duration.ofMillis(1))))
                .anyMatch(order -> !order.equals(chaos(7).run(Duration.ofMillis(1))));
    }

    @Test
    void every_target_is_killed_once_however_short_the_time_is() {
        assertThat(chaos(1).run(Duration.ZERO)).containsExactlyInAnyOrderElementsOf(NAMES);
    }

    @Test
    void every_killed_target_is_started_before_the_next_is_killed() {
        List<String> killed = chaos(1).run(Duration.ofMillis(200));

        assertThat(killed).hasSizeGreaterThan(NAMES.size());
        assertThat(events)
                .containsExactlyElementsOf(killed.stream()
                        .flatMap(name -> Stream.of("kill " + name, "start " + name))
                        .toList());
    }

    private Chaos chaos(long seed) {
        List<Target> targets = NAMES.stream()
                .map(name -> new Target(name, () -> events.add("kill " + name), () -> events.add("start " + name)))
                .toList();
        return new Chaos(targets, new Random(seed), SHORT);
    }
}
