package io.freshet.gateway.live;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.task.TaskView;
import io.freshet.gateway.accept.RequestAccepted;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tasks of one stream key, and the open streams that show them. */
final class TaskFeed {

    private final Map<TaskId, LiveTask> tasks;
    private final Set<LiveStream> streams = new LinkedHashSet<>();
    /** Tasks with children that the task store is being asked for. */
    private final Set<TaskId> polled = new HashSet<>();

    private boolean refreshing;

    /**
     * Creates an empty feed.
     *
     * @param maxTasks tasks to remember; the least recently updated one is dropped first
     */
    TaskFeed(int maxTasks) {
        this.tasks = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<TaskId, LiveTask> eldest) {
                return size() > maxTasks;
            }
        };
    }

    synchronized void join(LiveStream stream) {
        streams.add(stream);
    }

    /** Removes the stream and returns whether it was the last one. */
    synchronized boolean leave(LiveStream stream) {
        streams.remove(stream);
        return streams.isEmpty();
    }

    synchronized void end() {
        streams.forEach(LiveStream::end);
    }

    /** Merges the event and returns whether the task store must be asked for the task's other fields. */
    synchronized boolean merge(TaskEvent event) {
        LiveTask task = tasks.computeIfAbsent(event.taskId(), LiveTask::new);
        TaskState before = task.state();
        task.merge(event);
        publish(before, task.state(), null);
        return !task.isStored();
    }

    /** Merges the cancellation of a task, if the feed has it. */
    synchronized void merge(TaskCancelled cancelled) {
        LiveTask task = tasks.get(cancelled.taskId());
        if (task != null) {
            TaskState before = task.state();
            task.merge(cancelled);
            publish(before, task.state(), null);
        }
    }

    /** Merges tasks of the task store. */
    synchronized void merge(List<TaskView> views) {
        merge(views, null);
    }

    /**
     * Merges tasks of the task store.
     *
     * @param newStream a stream that gets all of them, changed or not; null for none
     */
    synchronized void merge(List<TaskView> views, @Nullable LiveStream newStream) {
        for (TaskView view : views) {
            LiveTask task = tasks.computeIfAbsent(view.taskId(), LiveTask::new);
            TaskState before = task.state();
            task.merge(view);
            publish(before, task.state(), newStream);
        }
    }

    /** Adds pending tasks that this gateway has just accepted. */
    synchronized void merge(RequestAccepted accepted) {
        for (RequestAccepted.PendingTask pending : accepted.tasks()) {
            LiveTask task = tasks.computeIfAbsent(pending.id(), LiveTask::new);
            TaskState before = task.state();
            task.merge(pending, accepted.acceptedAt());
            publish(before, task.state(), null);
        }
    }

    private void publish(TaskState before, TaskState after, @Nullable LiveStream newStream) {
        boolean changed = !before.equals(after);
        for (LiveStream stream : streams) {
            if (changed || stream == newStream) {
                stream.offer(after);
            }
        }
    }

    /** Returns the tasks whose progress only the task store knows, and which have not ended. */
    synchronized List<TaskId> tasksToPoll() {
        return tasks.entrySet().stream()
                .filter(task -> task.getValue().mustBePolled())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Returns whether the caller must ask the task store for the task now; false while another caller does. */
    synchronized boolean beginPoll(TaskId task) {
        return polled.add(task);
    }

    synchronized void endPoll(TaskId task) {
        polled.remove(task);
    }

    /** Returns whether the caller must refresh from the task store now; false while another caller does. */
    synchronized boolean beginRefresh() {
        boolean mustRefresh = !refreshing;
        refreshing = true;
        return mustRefresh;
    }

    synchronized void endRefresh() {
        refreshing = false;
    }
}
