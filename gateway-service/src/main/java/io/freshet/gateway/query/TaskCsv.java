package io.freshet.gateway.query;

import static io.freshet.gateway.query.Csv.name;
import static io.freshet.gateway.query.Csv.text;
import static io.freshet.gateway.query.Csv.time;

import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskView;
import java.util.List;
import reactor.core.publisher.Flux;

/** Tasks as CSV, page by page. */
final class TaskCsv {

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
            "verifiedAt",
            "finishedAt",
            "purgedCount",
            "absentCount");

    private TaskCsv() {}

    /** Returns the header line, then a text for each page. */
    static Flux<String> of(Flux<TaskPage> pages) {
        return Csv.of(
                COLUMNS,
                pages.map(page -> page.tasks().stream().map(TaskCsv::row).toList()));
    }

    private static List<String> row(TaskView task) {
        return List.of(
                task.taskId().toString(),
                name(task.kind()),
                task.type().toString(),
                text(task.domain()),
                name(task.status()),
                Integer.toString(task.progress()),
                Integer.toString(task.objectCount()),
                Integer.toString(task.completeCount()),
                Integer.toString(task.failedCount()),
                text(task.laggingNodes()),
                text(task.description()),
                time(task.createdAt()),
                time(task.appliedAt()),
                time(task.settledAt()),
                time(task.verifiedAt()),
                time(task.finishedAt()),
                Integer.toString(task.purgedCount()),
                Integer.toString(task.absentCount()));
    }
}
