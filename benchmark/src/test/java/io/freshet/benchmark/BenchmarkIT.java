package io.freshet.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays a scenario of each class with small loads: whoever wants the figures finds the benchmark working. What they are
 * says nothing here.
 */
class BenchmarkIT {

    @BeforeAll
    static void the_machine_has_what_is_measured_and_what_it_is_compared_to() {
        assumeTrue(
                BenchmarkEnvironment.missing().isEmpty(),
                () -> "this machine has no " + String.join(", ", BenchmarkEnvironment.missing()));
    }

    static List<Scenario> scenarios() {
        Set<Class<?>> played = new HashSet<>();
        return Benchmark.scenarios().stream()
                .filter(scenario -> played.add(scenario.getClass()))
                .toList();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("scenarios")
    void a_scenario_gives_its_figures(Scenario scenario) throws Exception {
        ScenarioResults results = new ScenarioResults(scenario.name());

        Benchmark.play(scenario, true, results);

        assertThat(results.figures()).isNotEmpty().allSatisfy(figure -> {
            assertThat(figure.value()).as(figure.name()).isNotNegative().isFinite();
            if (isMeasured(figure)) {
                assertThat(figure.value()).as(figure.name()).isPositive();
            }
            if (figure.peer() != null) {
                assertThat(figure.peer().value()).as(figure.name()).isPositive();
            }
        });
        assertThat(results.usages()).isNotEmpty();
    }

    /** Nothing takes no time; but it is good if nothing was refused, or is left to do. */
    private static boolean isMeasured(Figure figure) {
        return figure.unit().endsWith("/s") || figure.unit().equals("ms");
    }
}
