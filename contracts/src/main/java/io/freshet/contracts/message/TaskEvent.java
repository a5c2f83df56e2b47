package io.freshet.contracts.message;

import io.freshet.contracts.TaskId;

/** What happened to a task. */
public sealed interface TaskEvent extends Message permits ObjectsProgressed, TaskFailed {

    TaskId taskId();

    String account();
}
