package io.freshet.task.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.task.web.InvalidRequestException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Endpoints of tasks and their objects. A task of another account is not found. */
@RestController
class StoredTaskController {

    private static final int MAX_TASKS = 100;
    private static final int MAX_OBJECTS = 1_000;

    private final TaskQueries queries;

    StoredTaskController(TaskQueries queries) {
        this.queries = queries;
    }

    @GetMapping("/tasks")
    TaskPage tasks(
            @RequestParam String account,
            @RequestParam @Nullable TaskKind kind,
            @RequestParam @Nullable Selector type,
            @RequestParam @Nullable TaskStatus status,
            @RequestParam @Nullable String domain,
            @RequestParam @Nullable String object,
            @RequestParam @Nullable Instant from,
            @RequestParam @Nullable Instant to,
            @RequestParam @Nullable String batchId,
            @RequestParam @Nullable List<String> domains,
            @RequestParam(defaultValue = "20") int limit,
            @RequestParam @Nullable String pageToken) {
        checkLimit(limit, MAX_TASKS);
        BatchId batch = batchId == null ? null : StoredBatchController.read("batchId", batchId);
        return queries.page(
                new TaskFilter(account, kind, type, status, domain, object, from, to, batch, domains),
                limit,
                pageToken);
    }

    @GetMapping("/tasks/{id}")
    TaskView task(@PathVariable String id, @RequestParam String account) {
        return queries.task(read(id), account).orElseThrow(() -> notFound(id));
    }

    @GetMapping("/tasks/{id}/objects")
    ObjectPage objects(
            @PathVariable String id,
            @RequestParam String account,
            @RequestParam @Nullable TaskStatus status,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam @Nullable String pageToken) {
        checkLimit(limit, MAX_OBJECTS);
        return queries.objects(read(id), account, status, limit, pageToken).orElseThrow(() -> notFound(id));
    }

    static void checkLimit(int limit, int max) {
        if (limit < 1 || limit > max) {
            throw new InvalidRequestException("limit", "must be between 1 and " + max + ", not " + limit);
        }
    }

    private static TaskId read(String id) {
        try {
            return TaskId.parse(id);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("id", String.valueOf(e.getMessage()));
        }
    }

    private static ResponseStatusException notFound(String id) {
        return new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no task " + id);
    }
}
