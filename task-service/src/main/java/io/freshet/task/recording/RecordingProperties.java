package io.freshet.task.recording;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the log is read. The batches bound the memory that it takes.
 *
 * @param commandsPerBatch commands of one transaction; each is at most 4 MB
 * @param eventsPerBatch events of one transaction; each is at most 256 KB
 * @param consumers threads for commands, and as many for events
 * @param longestPause between two tries of a batch while the database is away
 */
@ConfigurationProperties("freshet.recording")
record RecordingProperties(
        @DefaultValue("25") int commandsPerBatch,
        @DefaultValue("200") int eventsPerBatch,
        @DefaultValue("1") int consumers,
        @DefaultValue("5s") Duration longestPause) {

    RecordingProperties {
        if (commandsPerBatch < 1 || eventsPerBatch < 1 || consumers < 1 || !longestPause.isPositive()) {
            throw new IllegalArgumentException("freshet.recording: commands-per-batch (" + commandsPerBatch
                    + "), events-per-batch (" + eventsPerBatch + ") and consumers (" + consumers
                    + ") are at least 1, longest-pause (" + longestPause + ") is positive");
        }
    }
}
