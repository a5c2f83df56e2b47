package io.freshet.benchmark.measure;

import io.freshet.benchmark.measure.Figure.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** ScenarioResults for people: a table in Markdown, aligned for those who read it as it stands. */
public final class MarkdownTable {

    private final List<List<String>> rows = new ArrayList<>();

    private MarkdownTable(String... header) {
        rows.add(List.of(header));
    }

    public static String figures(List<ScenarioResults> all) {
        MarkdownTable table = new MarkdownTable("scenario", "figure", "value", "compared to", "ratio", "budget");
        all.forEach(results -> results.figures().forEach(figure -> table.row(results.scenario(), figure)));
        return table.text();
    }

    public static String usages(List<ScenarioResults> all) {
        MarkdownTable table = new MarkdownTable(
                "scenario", "while", "process", "seconds", "CPU s", "resident MB", "heap after GC MB");
        all.forEach(results -> results.usages()
                .forEach(usage -> table.rows.add(List.of(
                        results.scenario(),
                        usage.during(),
                        usage.process(),
                        number(usage.seconds()),
                        number(usage.cpuSeconds()),
                        number(usage.residentMegabytes()),
                        usage.heapMegabytes() == null ? "" : number(usage.heapMegabytes())))));
        return table.text();
    }

    /** A figure in one line. */
    static String text(Figure figure) {
        return "%s: %s %s, %s, %s"
                .formatted(figure.name(), number(figure.value()), figure.unit(), compared(figure), budgets(figure));
    }

    private void row(String scenario, Figure figure) {
        rows.add(List.of(
                scenario,
                figure.name(),
                number(figure.value()) + " " + figure.unit(),
                compared(figure),
                ratio(figure.ratio()),
                budgets(figure)));
    }

    private static String compared(Figure figure) {
        Figure.Peer peer = figure.peer();
        return peer == null ? "" : peer.name() + ": " + number(peer.value());
    }

    private static String ratio(@Nullable Double ratio) {
        return ratio == null ? "" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static String budgets(Figure figure) {
        return figure.budgets().stream()
                .map(budget -> text(budget) + (figure.holds(budget) ? " holds" : " MISSED"))
                .collect(Collectors.joining(", "));
    }

    private static String text(Budget budget) {
        return (budget.ofRatio() ? "ratio " : "") + (budget.atLeast() ? "≥ " : "≤ ") + number(budget.limit());
    }

    /** Three digits that count, and all before the point. */
    private static String number(double value) {
        String format = Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    private String text() {
        int columns = rows.getFirst().size();
        List<Integer> widths = IntStream.range(0, columns)
                .mapToObj(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toList();
        rows.add(1, widths.stream().map("-"::repeat).toList());
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(List<String> row, List<Integer> widths) {
        return IntStream.range(0, row.size())
                .mapToObj(column -> row.get(column)
                        + " ".repeat(widths.get(column) - row.get(column).length()))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }
}
