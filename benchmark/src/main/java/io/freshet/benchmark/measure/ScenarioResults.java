package io.freshet.benchmark.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measurements of a scenario. */
public final class ScenarioResults {

    private static final Logger log = LoggerFactory.getLogger(ScenarioResults.class);

    private final String scenario;
    private final List<Figure> figures = new ArrayList<>();
    private final List<ResourceUsage> usages = new ArrayList<>();

    public ScenarioResults(String scenario) {
        this.scenario = scenario;
    }

    /** Notes a number. */
    public void add(Figure figure) {
        log.info("{}: {}", scenario, MarkdownTable.text(figure));
        figures.add(figure);
    }

    /** Notes what a process used. */
    void add(ResourceUsage usage) {
        usages.add(usage);
    }

    /**
     * Notes the most that a collection left over in the heap of one of these processes, if one of them is a JVM that
     * was watched.
     */
    public void addLargestHeap(Set<String> processes) {
        usages.stream()
                .filter(usage -> processes.contains(usage.process()))
                .map(ResourceUsage::heapMegabytes)
                .filter(Objects::nonNull)
                .mapToDouble(megabytes -> megabytes)
                .max()
                .ifPresent(most -> add(Figure.of("largest heap of a service after a collection", most, "MB")
                        .atMost(256)));
    }

    public String scenario() {
        return scenario;
    }

    public List<Figure> figures() {
        return List.copyOf(figures);
    }

    public List<ResourceUsage> usages() {
        return List.copyOf(usages);
    }
}
