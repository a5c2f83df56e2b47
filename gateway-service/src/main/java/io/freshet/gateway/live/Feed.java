package io.freshet.gateway.live;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.task.TaskView;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tasks of one scope, as long as a stream is open that wants them, and those streams. */
final class Feed {

    private final Map<TaskId, LiveTask> tasks;
    private final Set<LiveStream> streams = new LinkedHashSet<>();
    private boolean refreshing;

    /**
     * @param maxTasks how many tasks to remember; the one that was longest without news is forgotten first
     */
    Feed(int maxTasks) {
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

    /** Whether that was the last stream. */
    synchronized boolean leave(LiveStream stream) {
        streams.remove(stream);
        return streams.isEmpty();
    }

    synchronized void end() {
        streams.forEach(LiveStream::end);
    }

    /** Whether the record should be asked for what the event does not tell. */
    synchronized boolean merge(TaskEvent event) {
        LiveTask task = tasks.computeIfAbsent(event.taskId(), LiveTask::new);
        TaskState before = task.state();
        task.merge(event);
        tell(before, task.state(), null);
        return !task.isRecorded();
    }

    /** What the record says. */
    synchronized void merge(List<TaskView> views) {
        merge(views, null);
    }

    /**
     * What the record says.
     *
     * @param newcomer a stream that is told all of it, whether it is news or not
     */
    synchronized void merge(List<TaskView> views, @Nullable LiveStream newcomer) {
        for (TaskView view : views) {
            LiveTask task = tasks.computeIfAbsent(view.taskId(), LiveTask::new);
            TaskState before = task.state();
            task.merge(view);
            tell(before, task.state(), newcomer);
        }
    }

    private void tell(TaskState before, TaskState after, @Nullable LiveStream newcomer) {
        boolean changed = !before.equals(after);
        for (LiveStream stream : streams) {
            if (changed || stream == newcomer) {
                stream.offer(after);
            }
        }
    }

    /** Whether the caller shall ask the record now; not while another does. */
    synchronized boolean beginRefresh() {
        boolean begun = !refreshing;
        refreshing = true;
        return begun;
    }

    synchronized void endRefresh() {
        refreshing = false;
    }
}
