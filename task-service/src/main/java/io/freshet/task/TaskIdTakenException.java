package io.freshet.task;

/** Thrown if a new task's id belongs to another task; the gateway must generate another one. */
public final class TaskIdTakenException extends RuntimeException {

    public TaskIdTakenException(String message) {
        super(message);
    }
}
