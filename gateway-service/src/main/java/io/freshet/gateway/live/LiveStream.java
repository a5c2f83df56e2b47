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
 * One client's stream. Between two of its reads there is at most one state per task, the newest, and at most so many tasks: a slow reader costs
 * no more than a fast one.
 */
final class LiveStream {

    private final boolean endsWithTask;
    private final int maxTasks;
    private final Duration heartbeat;
    /** Everything that emits runs here, one after the other. */
    private final Scheduler.Worker worker;

    private final Map<TaskId, TaskState> news = new LinkedHashMap<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private volatile boolean heartbeatDue;
    private volatile boolean ended;
    private volatile @Nullable FluxSink<ServerSentEvent<TaskState>> sink;

    /**
     * @param endsWithTask whether the stream is over when a task is complete
     */
    LiveStream(boolean endsWithTask, int maxTasks, Duration heartbeat, Scheduler scheduler) {
        this.endsWithTask = endsWithTask;
        this.maxTasks = maxTasks;
        this.heartbeat = heartbeat;
        this.worker = scheduler.createWorker();
    }

    /** Takes a state, in place of an older one of the same task that has not been sent. */
    void offer(TaskState state) {
        synchronized (news) {
            news.put(state.taskId(), state);
            if (news.size() > maxTasks) {
                Iterator<TaskId> oldest = news.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
        wake();
    }

    void end() {
        ended = true;
        wake();
    }

    /** To be subscribed to once. Begins with a comment, so that the client sees at once that it is connected. */
    Flux<ServerSentEvent<TaskState>> events() {
        return Flux.create(
                opened -> {
                    sink = opened;
                    opened.onRequest(_ -> wake());
                    worker.schedulePeriodically(this::beat, 0, heartbeat.toMillis(), TimeUnit.MILLISECONDS);
                },
                FluxSink.OverflowStrategy.ERROR);
    }

    void close() {
        worker.dispose();
    }

    private void beat() {
        heartbeatDue = true;
        emit();
    }

    private void wake() {
        if (sink == null || !awake.compareAndSet(false, true)) {
            return;
        }
        try {
            worker.schedule(() -> {
                awake.set(false);
                emit();
            });
        } catch (RejectedExecutionException e) {
            // The client has just gone.
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
        synchronized (news) {
            Iterator<TaskState> states = news.values().iterator();
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
