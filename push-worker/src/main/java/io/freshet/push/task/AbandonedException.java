package io.freshet.push.task;

/** The task is somebody else's now, or will be. */
final class AbandonedException extends RuntimeException {

    AbandonedException(InterruptedException cause) {
        super(cause);
    }
}
