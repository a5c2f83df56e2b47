package io.freshet.contracts.message;

import org.jspecify.annotations.Nullable;

/** A record is not a message that this version knows; it belongs into the dead letters. */
public final class UnreadableMessageException extends RuntimeException {

    public UnreadableMessageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
