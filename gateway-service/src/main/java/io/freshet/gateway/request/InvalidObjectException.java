package io.freshet.gateway.request;

import io.freshet.gateway.problem.Fault;

/** Why a text does not name an object. Thrown for input, so it has no stack trace. */
final class InvalidObjectException extends Exception {

    private final Fault.Kind kind;

    InvalidObjectException(String reason) {
        this(reason, Fault.Kind.OTHER);
    }

    InvalidObjectException(String reason, Fault.Kind kind) {
        super(reason, null, false, false);
        this.kind = kind;
    }

    Fault.Kind kind() {
        return kind;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
