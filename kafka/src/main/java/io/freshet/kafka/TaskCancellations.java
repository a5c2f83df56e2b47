package io.freshet.kafka;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.TaskCancelled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Cancelled tasks, read from their topic. A worker must have read all of them before it executes commands, since a
 * cancellation may be older than the worker.
 */
public final class TaskCancellations implements TopicReader.Listener {

    /** Cancellations that are remembered, about 100 bytes each; the oldest are forgotten first. */
    private static final int MAX_REMEMBERED = 500_000;

    private final Set<TaskId> cancelled = ConcurrentHashMap.newKeySet();
    private final Map<TaskId, List<Runnable>> actions = new ConcurrentHashMap<>();
    private final int maxRemembered;

    /** Remembered cancellations in the order of the topic; for the reader's thread only. */
    private final Queue<TaskId> inOrder = new ArrayDeque<>();

    private volatile boolean complete;

    public TaskCancellations() {
        this(MAX_REMEMBERED);
    }

    TaskCancellations(int maxRemembered) {
        this.maxRemembered = maxRemembered;
    }

    /** Registration of an action. */
    public interface Subscription extends AutoCloseable {

        /** Ends the subscription. The action may still be running. */
        @Override
        void close();
    }

    @Override
    public void received(ConsumerRecord<String, byte[]> record) {
        TaskId task = ReceivedMessage.read(record, TaskCancelled.class).taskId();
        if (!cancelled.add(task)) {
            return;
        }
        inOrder.add(task);
        if (inOrder.size() > maxRemembered) {
            cancelled.remove(inOrder.remove());
        }
        actions.getOrDefault(task, List.of()).forEach(Thread::startVirtualThread);
    }

    @Override
    public void caughtUp() {
        complete = true;
    }

    /** Returns whether all cancellations that were requested before the start have been read. */
    public boolean isComplete() {
        return complete;
    }

    public boolean isCancelled(TaskId task) {
        return cancelled.contains(task);
    }

    /**
     * Runs the action if the task is cancelled: before this method returns if it is already, or else on a thread of its
     * own. It may run twice if both happen at once.
     */
    public Subscription subscribe(TaskId task, Runnable action) {
        actions.compute(task, (_, known) -> with(known, action));
        if (isCancelled(task)) {
            action.run();
        }
        return () -> actions.computeIfPresent(task, (_, known) -> without(known, action));
    }

    private static List<Runnable> with(@Nullable List<Runnable> known, Runnable action) {
        List<Runnable> more = known == null ? new ArrayList<>() : new ArrayList<>(known);
        more.add(action);
        return more;
    }

    private static @Nullable List<Runnable> without(List<Runnable> known, Runnable action) {
        List<Runnable> fewer = new ArrayList<>(known);
        fewer.remove(action);
        return fewer.isEmpty() ? null : fewer;
    }
}
