package io.freshet.gateway.live;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.task.TaskProgress;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.gateway.accept.RequestAccepted;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task's state, merged from the task store and from events. Both may be old and come in any order, so counts only
 * grow and statuses only move forward, but for objects that a look finds again after they were complete. Guarded by its
 * feed.
 */
final class LiveTask {

    private final TaskId id;
    private final MissingNodes missing = new MissingNodes();

    /** Objects of which a look after the second purge has found an old copy, until they are settled. */
    private final BitSet stillServed = new BitSet();

    private @Nullable TaskKind kind;
    private @Nullable Selector type;
    private @Nullable String domain;
    private TaskStatus status = TaskStatus.PENDING;
    private boolean hasChildren;
    private int progress;
    private int objectCount;
    private int completeCount;
    private int failedCount;
    private @Nullable String description;
    private Instant createdAt;
    private @Nullable Instant finishedAt;

    LiveTask(TaskId id) {
        this.id = id;
        this.createdAt = id.madeAt();
    }

    /** Returns whether only the task store knows its progress, since it has children, and it has not ended. */
    boolean mustBePolled() {
        return hasChildren && (status == TaskStatus.PENDING || status == TaskStatus.RUNNING);
    }

    boolean isStored() {
        return domain != null;
    }

    void merge(TaskView view) {
        if (view.settledAt() != null) {
            stillServed.clear();
        } else if (view.status() == TaskStatus.COMPLETE && !stillServed.isEmpty()) {
            return; // older than the look
        }
        kind = view.kind();
        type = view.type();
        domain = view.domain();
        createdAt = view.createdAt();
        objectCount = Math.max(objectCount, view.objectCount());
        if (view.completeCount() >= completeCount) {
            failedCount = Math.max(0, view.failedCount());
        }
        completeCount = Math.max(completeCount, view.completeCount());
        if (view.progress() > progress) {
            missing.retain(view.laggingNodes());
        }
        if (view.progress() >= progress) {
            missing.addUnspecified(view.laggingNodes(), view.objectCount());
        }
        hasChildren |=
                view.options() != null && Boolean.TRUE.equals(view.options().children());
        // With children that are found later, the progress of a whole may go back.
        progress = hasChildren ? view.progress() : Math.max(progress, view.progress());
        if (view.status() != TaskStatus.PENDING) {
            clearPendingDescription();
        }
        if (view.description() != null && view.status().compareTo(status) >= 0) {
            description = view.description();
        }
        advanceTo(view.status(), view.finishedAt());
    }

    void merge(RequestAccepted.PendingTask pending, Instant acceptedAt) {
        kind = pending.kind();
        type = pending.type();
        domain = pending.domain();
        createdAt = acceptedAt;
        objectCount = Math.max(objectCount, pending.objectCount());
        if (status == TaskStatus.PENDING && pending.description() != null) {
            description = pending.description();
        }
    }

    void merge(TaskEvent event) {
        clearPendingDescription();
        switch (event) {
            case ObjectsProgressed progressed -> merge(progressed);
            case TaskFailed failed -> {
                description = failed.reason();
                advanceTo(TaskStatus.FAILED, failed.at());
            }
        }
    }

    void merge(TaskCancelled cancelled) {
        clearPendingDescription();
        advanceTo(TaskStatus.CANCELLED, cancelled.at());
    }

    /** Clears the description of a pending task, which says what the task waits for. */
    private void clearPendingDescription() {
        if (status == TaskStatus.PENDING) {
            description = null;
        }
    }

    private void merge(ObjectsProgressed event) {
        if (event.root() != null) {
            hasChildren = true; // these totals are of a part
            advanceTo(TaskStatus.RUNNING, event.at());
            return;
        }
        TaskTotals totals = event.totals();
        event.objects().forEach(missing::set);
        noteStillServed(event);
        objectCount = Math.max(objectCount, totals.objects());
        completeCount = Math.max(completeCount, totals.complete());
        int complete = complete();
        failedCount = Math.clamp(Math.max(totals.failed(), stillServed.cardinality()), 0, objectCount - complete);
        TaskProgress reported = TaskProgress.reported(
                new TaskTotals(objectCount, complete, failedCount, totals.delivered(), totals.pairs()));
        progress = Math.max(progress, reported.percent());
        advanceTo(reported.status(), event.at());
    }

    private int complete() {
        return Math.min(completeCount, objectCount - stillServed.cardinality());
    }

    private void noteStillServed(ObjectsProgressed event) {
        for (int position = 0; position < event.objects().size(); position++) {
            ObjectState object = event.objects().get(position);
            if (object.phase() == Phase.SETTLED) {
                stillServed.clear(object.index());
            } else if (event.isStillServed(position)) {
                stillServed.set(object.index());
            }
        }
    }

    private void advanceTo(TaskStatus next, @Nullable Instant at) {
        boolean isForward = status == TaskStatus.COMPLETE ? !stillServed.isEmpty() : next.compareTo(status) > 0;
        if (isForward || next == TaskStatus.COMPLETE) {
            if (next != status) {
                finishedAt = next == TaskStatus.RUNNING ? null : at;
            }
            status = next;
        }
        if (status == TaskStatus.COMPLETE) {
            failedCount = 0;
            missing.clear();
        }
        progress = TaskProgress.percent(status, progress, 100);
    }

    TaskState state() {
        return new TaskState(
                id,
                kind,
                type,
                domain,
                status,
                progress,
                objectCount,
                complete(),
                failedCount,
                status == TaskStatus.CANCELLED ? List.of() : missing.nodes(),
                description,
                createdAt,
                finishedAt);
    }
}
