package io.freshet.task.recording;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the consumers that write the task store.
 *
 * @param recordsPerPoll Records taken from Kafka at once, at most; at least 1.
 * @param bytesPerTransaction Bytes of records' values written in one transaction, at most; positive. It bounds memory,
 *     since a command may be 4 MB. A larger record has a transaction of its own.
 * @param consumers Consumer threads for commands, and as many for events; at least 1.
 * @param pollInterval Pause between two polls, in which records gather for a common transaction; 0 or more. No pause
 *     while the consumer lags.
 * @param maxBackoff Longest pause between two attempts to write a batch while Postgres does not answer; positive.
 */
@ConfigurationProperties("freshet.recording")
record RecordingProperties(
        @DefaultValue("500") int recordsPerPoll,
        @DefaultValue("2MB") DataSize bytesPerTransaction,
        @DefaultValue("1") int consumers,
        @DefaultValue("50ms") Duration pollInterval,
        @DefaultValue("5s") Duration maxBackoff) {

    RecordingProperties {
        if (recordsPerPoll < 1
                || bytesPerTransaction.toBytes() < 1
                || consumers < 1
                || pollInterval.isNegative()
                || !maxBackoff.isPositive()) {
            throw new IllegalArgumentException("freshet.recording: records-per-poll (" + recordsPerPoll
                    + "), bytes-per-transaction (" + bytesPerTransaction + ") and consumers (" + consumers
                    + ") must be at least 1, poll-interval (" + pollInterval + ") must not be negative, max-backoff ("
                    + maxBackoff + ") must be positive");
        }
    }
}
