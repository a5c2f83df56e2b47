package io.freshet.contracts.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task as its account sees it.
 *
 * @param progress delivered (object, node) pairs over all pairs in percent, rounded down: 100 only when nothing is
 *     missing
 * @param laggingNodes ids of the nodes that still owe some of its objects
 * @param description why the task failed as a whole, if it did, or what it waits for
 * @param appliedAt when every node had answered
 * @param settledAt when the second, delayed purge had been answered too, where one is needed
 * @param verifiedAt when looks had confirmed the purges of its sample; null if no node could be looked into
 * @param finishedAt when it became complete or failed, or was cancelled
 * @param follows for a push: the refresh that it follows, if it does
 * @param options options of its request; null until its command has been read
 * @param purgedCount objects of a refresh that some node had
 * @param absentCount complete objects of a refresh that no node had
 * @param childCount objects of a push that its manifests have named so far, a part of {@code objectCount}
 */
public record TaskView(
        TaskId taskId,
        TaskKind kind,
        Selector type,
        String domain,
        TaskStatus status,
        int progress,
        int objectCount,
        int completeCount,
        int failedCount,
        List<String> laggingNodes,
        @Nullable String description,
        Instant createdAt,
        @Nullable Instant appliedAt,
        @Nullable Instant settledAt,
        @Nullable Instant verifiedAt,
        @Nullable Instant finishedAt,
        @Nullable TaskId follows,
        @Nullable TaskOptions options,
        int purgedCount,
        int absentCount,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int childCount) {

    public TaskView {
        laggingNodes = List.copyOf(laggingNodes);
    }

    /** A task of which it is not known how it was asked for. */
    public TaskView(
            TaskId taskId,
            TaskKind kind,
            Selector type,
            String domain,
            TaskStatus status,
            int progress,
            int objectCount,
            int completeCount,
            int failedCount,
            List<String> laggingNodes,
            @Nullable String description,
            Instant createdAt,
            @Nullable Instant appliedAt,
            @Nullable Instant settledAt,
            @Nullable Instant finishedAt) {
        this(
                taskId,
                kind,
                type,
                domain,
                status,
                progress,
                objectCount,
                completeCount,
                failedCount,
                laggingNodes,
                description,
                createdAt,
                appliedAt,
                settledAt,
                null,
                finishedAt,
                null,
                null,
                0,
                0,
                0);
    }

    /** Returns the description of a push that is pending until its start. */
    public static String startsAt(Instant start) {
        return "starts at " + start.truncatedTo(ChronoUnit.SECONDS);
    }

    /** The description of a push that is pending until the refresh that it follows has settled. */
    public static String waitsFor(TaskId refresh) {
        return "waits for refresh " + refresh + " to settle";
    }
}
