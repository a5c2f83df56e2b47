package io.freshet.contracts.message;

import io.freshet.contracts.TaskId;

/** Event of a task. */
public sealed interface TaskEvent extends Message permits ObjectsProgressed, TaskFailed {

    TaskId taskId();

    String account();
}
