package io.freshet.cluster.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A batch as its account sees it. */
public record Batch(
        String batchId,
        String status,
        int progress,
        String upload,
        int lineCount,
        int badLineCount,
        int duplicateCount,
        long objectCount,
        long completeCount,
        long failedCount,
        Map<String, Integer> tasks,
        @Nullable String description) {

    /** Returns whether all of it is done. */
    public boolean isComplete() {
        return status.equals("complete");
    }

    /** Batches, newest first. */
    record Page(List<Batch> batches) {}
}
