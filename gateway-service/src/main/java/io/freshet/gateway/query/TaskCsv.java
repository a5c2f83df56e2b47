package io.freshet.gateway.query;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskView;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Tasks as CSV (RFC 4180), page by page. */
final class TaskCsv {

    static final String MEDIA_TYPE = "text/csv;charset=UTF-8";

    private static final List<String> COLUMNS = List.of(
            "taskId",
            "kind",
            "type",
            "domain",
            "status",
            "progress",
            "objectCount",
            "completeCount",
            "failedCount",
            "laggingNodes",
            "description",
            "createdAt",
            "appliedAt",
            "settledAt",
            "finishedAt",
            "purgedCount",
            "absentCount");

    /** Characters that begin a formula in a spreadsheet. */
    private static final String FORMULA_STARTS = "=+-@\t\r\n";

    private TaskCsv() {}

    /** Returns the header line, then a text for each page. */
    static Flux<String> of(Flux<TaskPage> pages) {
        return pages.map(page -> page.tasks().stream().map(TaskCsv::row).toList())
                .map(TaskCsv::lines)
                .startWith(lines(List.of(COLUMNS)));
    }

    private static List<String> row(TaskView task) {
        return List.of(
                task.taskId().toString(),
                name(task.kind()),
                name(task.type()),
                text(task.domain()),
                name(task.status()),
                Integer.toString(task.progress()),
                Integer.toString(task.objectCount()),
                Integer.toString(task.completeCount()),
                Integer.toString(task.failedCount()),
                text(String.join(" ", task.laggingNodes())),
                text(task.description()),
                time(task.createdAt()),
                time(task.appliedAt()),
                time(task.settledAt()),
                time(task.finishedAt()),
                Integer.toString(task.purgedCount()),
                Integer.toString(task.absentCount()));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String time(@Nullable Object time) {
        return time == null ? "" : time.toString();
    }

    private static String text(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        return FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 ? '\'' + text : text;
    }

    private static String lines(List<List<String>> rows) {
        StringWriter lines = new StringWriter();
        CsvWriter csv = CsvWriter.builder()
                .lineDelimiter(LineDelimiter.CRLF)
                .bufferSize(0)
                .build(lines);
        rows.forEach(csv::writeRecord);
        return lines.toString();
    }
}
