package io.freshet.push.task;

/** Ends the wait of a task that was cancelled. */
final class PushCancelledException extends Exception {

    private static final long serialVersionUID = 1;

    PushCancelledException() {
        super("the task was cancelled", null, false, false);
    }
}
