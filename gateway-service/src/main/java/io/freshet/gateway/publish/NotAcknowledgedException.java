package io.freshet.gateway.publish;

/** Kafka has not acknowledged a message in time. It may be in the topic all the same. */
public final class NotAcknowledgedException extends Exception {

    NotAcknowledgedException(String reason) {
        super(reason, null, false, false);
    }
}
