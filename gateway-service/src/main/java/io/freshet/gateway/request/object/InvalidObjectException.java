package io.freshet.gateway.request.object;

import io.freshet.gateway.problem.ViolationKind;

/** A text that is not a valid object. It has no stack trace, since clients cause it. */
public final class InvalidObjectException extends Exception {

    private final ViolationKind kind;

    public InvalidObjectException(String reason) {
        this(reason, ViolationKind.OTHER);
    }

    public InvalidObjectException(String reason, ViolationKind kind) {
        super(reason, null, false, false);
        this.kind = kind;
    }

    public ViolationKind kind() {
        return kind;
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
