package io.freshet.gateway.batch;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the uploads of batches.
 *
 * @param maxLines Lines of one batch, blank lines and comments included; 1 to 10000000. A longer upload is interrupted.
 * @param maxBytes Bytes of one batch after decompression; positive. A larger upload is interrupted.
 * @param maxReportedLines Bad lines of a batch that are reported; 0 to 100000. All of them are counted.
 * @param maxUploads Uploads in progress at once; at least 1. Further ones get 503.
 * @param maxUploadsPerAccount Uploads of one account in progress at once; 1 to max-uploads. Further ones get 429.
 * @param bufferSize Bytes of the objects that an upload collects before they become tasks; at least 4MB. An upload
 *     counts twice as much as memory of its account.
 * @param minBytesPerSecond Lowest rate of an upload's body, on average over
 *     freshet.gateway.connections.request-timeout; positive. The connection of a slower upload is closed.
 * @param timeout Time in which an upload must have arrived; positive.
 */
@ConfigurationProperties("freshet.gateway.batches")
record BatchProperties(
        @DefaultValue("1000000") int maxLines,
        @DefaultValue("1GB") DataSize maxBytes,
        @DefaultValue("10000") int maxReportedLines,
        @DefaultValue("4") int maxUploads,
        @DefaultValue("2") int maxUploadsPerAccount,
        @DefaultValue("8MB") DataSize bufferSize,
        @DefaultValue("1KB") DataSize minBytesPerSecond,
        @DefaultValue("1h") Duration timeout) {

    private static final DataSize SMALLEST_BUFFER = DataSize.ofMegabytes(4);

    BatchProperties {
        require(maxLines >= 1 && maxLines <= 10_000_000, "max-lines", "between 1 and 10000000");
        require(maxBytes.toBytes() > 0, "max-bytes", "positive");
        require(maxReportedLines >= 0 && maxReportedLines <= 100_000, "max-reported-lines", "between 0 and 100000");
        require(maxUploads >= 1, "max-uploads", "at least 1");
        require(
                maxUploadsPerAccount >= 1 && maxUploadsPerAccount <= maxUploads,
                "max-uploads-per-account",
                "between 1 and freshet.gateway.batches.max-uploads (" + maxUploads + ')');
        require(bufferSize.compareTo(SMALLEST_BUFFER) >= 0, "buffer-size", "at least 4MB");
        require(minBytesPerSecond.toBytes() > 0, "min-bytes-per-second", "positive");
        require(timeout.isPositive(), "timeout", "positive");
    }

    private static void require(boolean condition, String name, String range) {
        if (!condition) {
            throw new IllegalArgumentException("freshet.gateway.batches." + name + " must be " + range);
        }
    }

    /** Returns the bytes that an upload counts as memory: its objects, and the command that is being recorded. */
    long memory() {
        return 2 * bufferSize.toBytes();
    }
}
