package io.freshet.contracts.message;

import org.jspecify.annotations.Nullable;

/** A record is not a message that this version knows; it belongs into the dead letters. */
public final class UnreadableMessageException extends RuntimeException {

    private static final int MAX_MESSAGE = 1_000;

    /**
     * Says why.
     *
     * @param message cut to 1,000 characters, since it may quote the record
     */
    public UnreadableMessageException(String message, @Nullable Throwable cause) {
        super(message.substring(0, Math.min(MAX_MESSAGE, message.length())), cause);
    }
}
