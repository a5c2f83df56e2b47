package io.freshet.contracts.message;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Command to execute one task. */
public sealed interface Command extends Message permits RefreshCommand, PushCommand {

    TaskId taskId();

    String account();

    /** The domain as configured, which may be {@code *.name}. */
    String domain();

    /** Canonical URLs; an object's index in this list is its name within the task. */
    List<String> objects();

    /** When the gateway accepted the request. */
    Instant acceptedAt();

    /**
     * Returns the id of the request that the task is a part of, which tells tasks apart whose ids collide; null if the
     * gateway did not send it.
     */
    @Nullable
    UUID requestId();

    /** Returns the task whose failed objects these are; null for a command that retries none. */
    @Nullable
    TaskId retryOf();

    TaskKind kind();

    Selector selector();
}
