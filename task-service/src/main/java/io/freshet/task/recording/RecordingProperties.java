package io.freshet.task.recording;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How the log is read.
 *
 * @param recordsPerPoll records that are taken from the log at once, at most
 * @param bytesPerTransaction of their values that are written in one transaction; a record with more has one of its own
 * @param consumers threads for commands, and as many for events
 * @param rest between two looks into the log, unless there is more in it already: what comes meanwhile shares a transaction, which costs as much
 *     for a hundred records as for one
 * @param longestPause between two tries of a batch while the database is away
 */
@ConfigurationProperties("freshet.recording")
record RecordingProperties(
        @DefaultValue("500") int recordsPerPoll,
        @DefaultValue("2MB") DataSize bytesPerTransaction,
        @DefaultValue("1") int consumers,
        @DefaultValue("50ms") Duration rest,
        @DefaultValue("5s") Duration longestPause) {

    RecordingProperties {
        if (recordsPerPoll < 1
                || bytesPerTransaction.toBytes() < 1
                || consumers < 1
                || rest.isNegative()
                || !longestPause.isPositive()) {
            throw new IllegalArgumentException("freshet.recording: records-per-poll (" + recordsPerPoll
                    + "), bytes-per-transaction (" + bytesPerTransaction + ") and consumers (" + consumers
                    + ") are at least 1, rest (" + rest + ") is not negative, longest-pause (" + longestPause
                    + ") is positive");
        }
    }
}
