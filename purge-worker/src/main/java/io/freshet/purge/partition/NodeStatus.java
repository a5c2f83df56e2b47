package io.freshet.purge.partition;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Status of one node on one partition, for events and metrics.
 *
 * @param isLost the node needs a flush: commands that it has not received are no longer in the topic
 * @param since when the node became in sync or lagging
 * @param reason of the lag, continuing a sentence that begins with the node's id; null if the node is in sync
 * @param lagRecords number of commands that the node has not received
 * @param oldestMissingAt when the oldest of them was accepted; null if none is missing or the time is not known
 */
public record NodeStatus(
        boolean isLagging,
        boolean isLost,
        Instant since,
        @Nullable String reason,
        long lagRecords,
        @Nullable Instant oldestMissingAt,
        @Nullable Instant flushedAt) {}
