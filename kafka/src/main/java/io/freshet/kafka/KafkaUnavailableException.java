package io.freshet.kafka;

/** No broker answered in time: nothing is known, and asking again later may help. */
public final class KafkaUnavailableException extends RuntimeException {

    KafkaUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
