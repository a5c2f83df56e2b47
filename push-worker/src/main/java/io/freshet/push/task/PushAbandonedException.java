package io.freshet.push.task;

/** Ends the threads of a task whose partition was given up. */
final class PushAbandonedException extends RuntimeException {

    PushAbandonedException(InterruptedException cause) {
        super(cause);
    }
}
