package io.freshet.task;

import io.freshet.contracts.TaskId;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Unique task ids of the current time, as the gateway generates them. */
public final class TaskIds {

    private static final AtomicLong NEXT =
            new AtomicLong(TaskId.floor(Instant.now()).value());

    private TaskIds() {}

    public static TaskId next() {
        return new TaskId(NEXT.incrementAndGet());
    }
}
