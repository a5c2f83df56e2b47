package io.freshet.gateway.live;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.task.TaskStatus;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/**
 * One client's stream. It buffers only the newest state of each task, for a bounded number of tasks, so that a slow
 * client costs no more than a fast one.
 */
final class LiveStream {

    private final boolean endsWithTask;
    private final int maxTasks;
    private final Duration heartbeat;
    /** Runs all emissions, one at a time. */
    private final Scheduler.Worker worker;

    private final Map<TaskId, TaskState> buffered = new LinkedHashMap<>();
    private final AtomicBoolean emitScheduled = new AtomicBoolean();
    private volatile boolean heartbeatDue;
    private volatile boolean ended;
    private volatile @Nullable FluxSink<ServerSentEvent<TaskState>> sink;

    /**
     * Creates a stream that has not been subscribed to.
     *
     * @param endsWithTask whether the stream ends when a task is complete
     */
    LiveStream(boolean endsWithTask, int maxTasks, Duration heartbeat, Scheduler scheduler) {
        this.endsWithTask = endsWithTask;
        this.maxTasks = maxTasks;
        this.heartbeat = heartbeat;
        this.worker = scheduler.createWorker();
    }

    /** Buffers a state in place of an older one of the same task. */
    void offer(TaskState state) {
        synchronized (buffered) {
            buffered.put(state.taskId(), state);
            if (buffered.size() > maxTasks) {
                Iterator<TaskId> oldest = buffered.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
        scheduleEmit();
    }

    void end() {
        ended = true;
        scheduleEmit();
    }

    /**
     * Returns the events, to be subscribed to once. Begins with a comment, so that the client sees at once that it is
     * connected.
     */
    Flux<ServerSentEvent<TaskState>> events() {
        return Flux.create(
                opened -> {
                    sink = opened;
                    opened.onRequest(_ -> scheduleEmit());
                    worker.schedulePeriodically(this::emitHeartbeat, 0, heartbeat.toMillis(), TimeUnit.MILLISECONDS);
                },
                FluxSink.OverflowStrategy.ERROR);
    }

    void close() {
        worker.dispose();
    }

    private void emitHeartbeat() {
        heartbeatDue = true;
        emit();
    }

    private void scheduleEmit() {
        if (sink == null || !emitScheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            worker.schedule(() -> {
                emitScheduled.set(false);
                emit();
            });
        } catch (RejectedExecutionException e) {
            // The client has disconnected.
        }
    }

    private void emit() {
        FluxSink<ServerSentEvent<TaskState>> open = sink;
        while (open != null && open.requestedFromDownstream() > 0) {
            ServerSentEvent<TaskState> next = next();
            if (next == null) {
                break;
            }
            heartbeatDue = false;
            open.next(next);
            ended |= isLast(next.data());
        }
        if (open != null && ended) {
            open.complete();
        }
    }

    private @Nullable ServerSentEvent<TaskState> next() {
        synchronized (buffered) {
            Iterator<TaskState> states = buffered.values().iterator();
            if (states.hasNext()) {
                TaskState state = states.next();
                states.remove();
                return ServerSentEvent.builder(state).event("task").build();
            }
        }
        return heartbeatDue ? ServerSentEvent.<TaskState>builder().comment("").build() : null;
    }

    private boolean isLast(@Nullable TaskState state) {
        return endsWithTask && state != null && state.status() == TaskStatus.COMPLETE;
    }
}
