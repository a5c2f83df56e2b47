package io.freshet.benchmark.measure;

/** One thing that is measured, together with what it is compared to. */
public interface Scenario {

    /**
     * Returns the unique name in the table and in the selection of scenarios: lower-case letters, digits and
     * dashes.
     */
    String name();

    /**
     * Measures on a ground of its own, on which nothing runs yet, and which is cleared afterwards.
     *
     * @throws Exception if it cannot be measured; the benchmark then goes on with the next scenario, and fails in the
     *     end
     */
    void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception;
}
