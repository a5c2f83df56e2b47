package io.freshet.task;

/** A task id was drawn that belongs to another task; whoever drew it draws another. */
public final class TaskIdTakenException extends RuntimeException {

    public TaskIdTakenException(String message) {
        super(message);
    }
}
