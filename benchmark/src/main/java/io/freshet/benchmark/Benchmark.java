package io.freshet.benchmark;

import io.freshet.benchmark.accept.AcceptingScenario;
import io.freshet.benchmark.accept.HistoryScenario;
import io.freshet.benchmark.accept.RecordingScenario;
import io.freshet.benchmark.bulk.BulkScenario;
import io.freshet.benchmark.bulk.ManyNodesScenario;
import io.freshet.benchmark.bulk.SlowNodesScenario;
import io.freshet.benchmark.latency.BesideBulkScenario;
import io.freshet.benchmark.latency.HeldPagesScenario;
import io.freshet.benchmark.latency.OneUrlScenario;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.Machine;
import io.freshet.benchmark.measure.MarkdownTable;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.benchmark.push.PushScenario;
import io.freshet.benchmark.tag.TagsScenario;
import io.freshet.cluster.process.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Plays scenarios, prints a table of what was measured, and writes it as JSON.
 *
 * <p>Properties: {@code freshet.benchmark.only}, names of scenarios with commas between them, or empty for all; {@code
 * freshet.benchmark.short}, {@code true} for small loads whose figures mean nothing.
 */
public final class Benchmark {

    private static final Logger log = LoggerFactory.getLogger(Benchmark.class);

    private static final List<Scenario> SCENARIOS = List.of(
            OneUrlScenario.verified(),
            OneUrlScenario.unverified(),
            BulkScenario.oneVarnish(),
            BulkScenario.oneVarnishUnverified(),
            BulkScenario.twoTiers(),
            new ManyNodesScenario(),
            new SlowNodesScenario(),
            BesideBulkScenario.twoTiers(),
            BesideBulkScenario.manyNodes(),
            BesideBulkScenario.withoutIdleProcessor(),
            new HeldPagesScenario(),
            new AcceptingScenario(),
            new RecordingScenario(),
            new HistoryScenario(),
            new PushScenario(),
            TagsScenario.xkey(),
            TagsScenario.bans());

    private Benchmark() {}

    /** Ends with an error if a scenario could not be played. A budget that was missed is none: the table says so. */
    public static void main(String[] arguments) throws IOException {
        if (!BenchmarkEnvironment.missing().isEmpty()) {
            throw new IllegalStateException("this machine has no " + String.join(", ", BenchmarkEnvironment.missing()));
        }
        boolean brief = Boolean.getBoolean("freshet.benchmark.short");
        List<String> failed = new ArrayList<>();
        List<ScenarioResults> all = new ArrayList<>();
        for (Scenario scenario : chosen(System.getProperty("freshet.benchmark.only", ""))) {
            ScenarioResults results = new ScenarioResults(scenario.name());
            all.add(results);
            try {
                play(scenario, brief, results);
            } catch (Exception e) {
                log.error("{} failed", scenario.name(), e);
                failed.add(scenario.name());
            }
        }
        System.out.println(MarkdownTable.figures(all));
        System.out.println(MarkdownTable.usages(all));
        System.out.println("As JSON: " + write(all));
        System.exit(failed.isEmpty() ? 0 : 1); // the JDK's HTTP clients keep threads
    }

    static List<Scenario> scenarios() {
        return SCENARIOS;
    }

    /** Plays one scenario in an environment of its own. */
    static void play(Scenario scenario, boolean brief, ScenarioResults results) throws Exception {
        log.info("{} begins", scenario.name());
        long began = System.nanoTime();
        try (BenchmarkEnvironment environment = new BenchmarkEnvironment(scenario.name(), brief)) {
            scenario.measure(environment, results);
            results.addLargestHeap(environment.services());
        }
        log.info("{} took {}", scenario.name(), Duration.ofNanos(System.nanoTime() - began));
    }

    private static List<Scenario> chosen(String names) {
        if (names.isBlank()) {
            return SCENARIOS;
        }
        Set<String> wanted = Arrays.stream(names.split(",")).map(String::strip).collect(Collectors.toSet());
        List<Scenario> chosen = SCENARIOS.stream()
                .filter(scenario -> wanted.contains(scenario.name()))
                .toList();
        if (chosen.size() != wanted.size()) {
            String known = SCENARIOS.stream().map(Scenario::name).collect(Collectors.joining(", "));
            throw new IllegalArgumentException("freshet.benchmark.only=" + names + ": there are " + known);
        }
        return chosen;
    }

    private static Path write(List<ScenarioResults> all) throws IOException {
        Map<String, Object> report = Map.of(
                "at",
                Instant.now().toString(),
                "machine",
                Machine.here(),
                "scenarios",
                all.stream()
                        .map(results -> Map.of(
                                "name", results.scenario(),
                                "figures", results.figures(),
                                "usages", results.usages()))
                        .toList());
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Path file = Repository.emptyFolder("benchmark-report").resolve("benchmark.json");
        return Files.writeString(file, json.writeValueAsString(report));
    }
}
