package io.freshet.kafka;

/** No broker answered in time: nothing is known, and asking again later may help. */
public final class KafkaAwayException extends RuntimeException {

    KafkaAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
