package io.freshet.contracts.batch;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskStatus;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch as its account sees it: its upload, and the sums of its tasks.
 *
 * @param status {@code complete} if all lines that could be accepted are done. If all tasks have ended otherwise:
 *     {@code cancelled} if the upload or a task was cancelled, {@code failed} if the upload or a task failed
 * @param progress delivered (object, node) pairs over all pairs of the objects accepted so far in percent, rounded
 *     down; 100 only when the upload has ended and nothing is missing
 * @param upload state of the upload
 * @param lineCount lines that have been read, blank lines and comments included
 * @param badLineCount lines that were not accepted
 * @param duplicateCount lines that repeat an object of their task
 * @param objectCount objects of all tasks
 * @param completeCount objects that every node has
 * @param failedCount objects that failed
 * @param tasks number of tasks by status
 * @param description why the upload or the tasks failed; null if they did not
 * @param receivedAt when the upload ended
 * @param finishedAt when the last task ended
 */
public record BatchView(
        BatchId batchId,
        TaskKind kind,
        Selector type,
        OnError onError,
        TaskStatus status,
        int progress,
        UploadState upload,
        int lineCount,
        int badLineCount,
        int duplicateCount,
        long objectCount,
        long completeCount,
        long failedCount,
        Map<TaskStatus, Integer> tasks,
        @Nullable String description,
        Instant createdAt,
        @Nullable Instant receivedAt,
        @Nullable Instant finishedAt) {

    public BatchView {
        tasks = Map.copyOf(tasks);
    }
}
