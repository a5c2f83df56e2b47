package io.freshet.e2e.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An object of a task as {@code GET /v1/tasks/{taskId}/objects} shows it. */
public record TaskObject(
        int index,
        String object,
        String status,
        int progress,
        int nodesDone,
        int nodesTotal,
        List<String> lateNodes,
        @Nullable String description,
        long bytes) {

    /** @param nextCursor null on the last page */
    public record Page(List<TaskObject> objects, @Nullable String nextCursor) {}
}
