package io.freshet.task.query;

import io.freshet.contracts.batch.BadLinePage;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.BatchPage;
import io.freshet.contracts.batch.BatchView;
import io.freshet.task.web.InvalidRequestException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Endpoints of batches and their bad lines. A batch of another account is not found. */
@RestController
class StoredBatchController {

    private static final int MAX_BATCHES = 100;
    private static final int MAX_LINES = 1_000;

    private final BatchQueries queries;

    StoredBatchController(BatchQueries queries) {
        this.queries = queries;
    }

    @GetMapping("/batches")
    BatchPage batches(
            @RequestParam String account,
            @RequestParam(defaultValue = "20") int limit,
            @RequestParam @Nullable String pageToken) {
        StoredTaskController.checkLimit(limit, MAX_BATCHES);
        return queries.page(account, limit, pageToken);
    }

    @GetMapping("/batches/{id}")
    BatchView batch(@PathVariable String id, @RequestParam String account) {
        return queries.batch(read("id", id), account).orElseThrow(() -> notFound(id));
    }

    @GetMapping("/batches/{id}/errors")
    BadLinePage badLines(
            @PathVariable String id,
            @RequestParam String account,
            @RequestParam(defaultValue = "1000") int limit,
            @RequestParam @Nullable String pageToken) {
        StoredTaskController.checkLimit(limit, MAX_LINES);
        return queries.badLines(read("id", id), account, limit, pageToken).orElseThrow(() -> notFound(id));
    }

    static BatchId read(String parameter, String id) {
        try {
            return BatchId.parse(id);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(parameter, String.valueOf(e.getMessage()));
        }
    }

    private static ResponseStatusException notFound(String id) {
        return new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no batch " + id);
    }
}
