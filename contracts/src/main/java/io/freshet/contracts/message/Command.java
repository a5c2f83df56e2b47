package io.freshet.contracts.message;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import java.time.Instant;
import java.util.List;

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

    TaskKind kind();

    Selector selector();
}
