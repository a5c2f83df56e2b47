package io.freshet.cluster.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task as {@code GET /v1/tasks/{taskId}} shows it; instants stay as they were written. */
public record Task(
        String taskId,
        String kind,
        String type,
        String domain,
        String status,
        int progress,
        int objectCount,
        int completeCount,
        int failedCount,
        List<String> laggingNodes,
        @Nullable String description,
        String createdAt,
        @Nullable String appliedAt,
        @Nullable String settledAt,
        @Nullable String verifiedAt,
        @Nullable String finishedAt,
        int purgedCount,
        int absentCount,
        int childCount) {

    public boolean isComplete() {
        return status.equals("complete");
    }

    public boolean isFailed() {
        return status.equals("failed");
    }

    /** @param nextPageToken null on the last page */
    public record Page(List<Task> tasks, @Nullable String nextPageToken) {}
}
