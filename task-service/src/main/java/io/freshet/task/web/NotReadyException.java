package io.freshet.task.web;

/** Thrown if the database has not answered since the service started. */
final class NotReadyException extends RuntimeException {

    NotReadyException() {
        super("the database has not answered since the service started");
    }
}
