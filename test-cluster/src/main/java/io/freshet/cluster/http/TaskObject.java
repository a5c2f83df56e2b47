package io.freshet.cluster.http;

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
        List<String> laggingNodes,
        @Nullable String description,
        long bytes,
        @Nullable Outcomes outcomes) {

    /** Nodes by what they answered to the purges of an object; null for none. */
    public record Outcomes(
            @Nullable List<String> purged,
            @Nullable List<String> absent,
            @Nullable List<String> banned,
            @Nullable List<String> refused,
            @Nullable List<String> verified) {}

    /** @param nextPageToken null on the last page */
    public record Page(List<TaskObject> objects, @Nullable String nextPageToken) {}
}
