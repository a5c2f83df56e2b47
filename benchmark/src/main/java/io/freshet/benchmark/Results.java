package io.freshet.benchmark;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a scenario has measured so far. */
public final class Results {

    private static final Logger log = LoggerFactory.getLogger(Results.class);

    private final String scenario;
    private final List<Figure> figures = new ArrayList<>();
    private final List<Usage> usages = new ArrayList<>();

    Results(String scenario) {
        this.scenario = scenario;
    }

    /** Notes a number. */
    public void add(Figure figure) {
        log.info("{}: {}", scenario, Table.text(figure));
        figures.add(figure);
    }

    /** Notes what a process used. */
    void add(Usage usage) {
        usages.add(usage);
    }

    String scenario() {
        return scenario;
    }

    List<Figure> figures() {
        return List.copyOf(figures);
    }

    List<Usage> usages() {
        return List.copyOf(usages);
    }
}
