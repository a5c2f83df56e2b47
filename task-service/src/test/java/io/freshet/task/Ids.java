package io.freshet.task;

import io.freshet.contracts.TaskId;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Task ids as the gateway makes them: of now, and never twice. */
public final class Ids {

    private static final AtomicLong NEXT =
            new AtomicLong(TaskId.floor(Instant.now()).value());

    private Ids() {}

    public static TaskId next() {
        return new TaskId(NEXT.incrementAndGet());
    }
}
