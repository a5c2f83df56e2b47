package io.freshet.task.web;

/** The database has not answered since the start. */
final class NotReadyException extends RuntimeException {

    NotReadyException() {
        super("the database has not answered since the start");
    }
}
