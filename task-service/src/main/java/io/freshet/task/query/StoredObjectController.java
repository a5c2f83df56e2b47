package io.freshet.task.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskObject;
import io.freshet.contracts.task.TaskObjectPage;
import io.freshet.task.web.InvalidRequestException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The endpoint {@code GET /objects}: an account's objects over all of its tasks, by page number. */
@RestController
class StoredObjectController {

    private static final int MAX_OBJECTS = 1_000;

    private final ObjectQueries queries;

    StoredObjectController(ObjectQueries queries) {
        this.queries = queries;
    }

    @GetMapping("/objects")
    TaskObjectPage objects(
            @RequestParam String account,
            @RequestParam(defaultValue = "") List<Long> task,
            @RequestParam @Nullable TaskKind kind,
            @RequestParam(defaultValue = "") List<Selector> type,
            @RequestParam @Nullable String domain,
            @RequestParam @Nullable String object,
            @RequestParam TaskObject.@Nullable Outcome outcome,
            @RequestParam @Nullable Instant from,
            @RequestParam @Nullable Instant to,
            @RequestParam(defaultValue = "0") long offset,
            @RequestParam(defaultValue = "100") int limit) {
        if (offset < 0) {
            throw new InvalidRequestException("offset", "must not be negative");
        }
        StoredTaskController.checkLimit(limit, MAX_OBJECTS);
        List<TaskId> tasks = task.stream().map(StoredObjectController::taskId).toList();
        return queries.page(
                new ObjectFilter(account, tasks, kind, type, domain, object, outcome, from, to), offset, limit);
    }

    private static TaskId taskId(long value) {
        try {
            return new TaskId(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("task", String.valueOf(e.getMessage()));
        }
    }
}
