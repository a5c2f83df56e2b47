package io.freshet.gateway.request;

/** Why a text does not name an object. Thrown for input, so it has no stack trace. */
final class InvalidObjectException extends Exception {

    InvalidObjectException(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
