package io.freshet.task.storage;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the history that is kept.
 *
 * @param retention Time for which tasks, their objects and their charges are kept; at least 2 days, and longer than
 *     Kafka keeps commands.
 * @param partitionPeriod Period of one partition of the objects' table, which is dropped as a whole: {@code day} or
 *     {@code week}.
 * @param partitionsAhead Number of partitions created in advance; at least 1.
 * @param checkInterval Pause between two runs that create partitions and remove expired history; positive.
 */
@ConfigurationProperties("freshet.history")
public record HistoryProperties(
        @DefaultValue("90d") Duration retention,
        @DefaultValue("week") PartitionPeriod partitionPeriod,
        @DefaultValue("2") int partitionsAhead,
        @DefaultValue("1h") Duration checkInterval) {

    private static final Duration MIN_RETENTION = Duration.ofDays(2);

    /** The period of one partition, in UTC. */
    public enum PartitionPeriod {
        DAY,
        WEEK;

        LocalDate startOf(LocalDate day) {
            return this == DAY ? day : day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        }

        LocalDate after(LocalDate start) {
            return startOf(start).plus(1, this == DAY ? ChronoUnit.DAYS : ChronoUnit.WEEKS);
        }
    }

    public HistoryProperties {
        if (retention.compareTo(MIN_RETENTION) < 0) {
            throw new IllegalArgumentException("freshet.history.retention (" + retention
                    + ") must be at least 2 days: an idempotency key needs its tasks for one day");
        }
        if (partitionsAhead < 1 || !checkInterval.isPositive()) {
            throw new IllegalArgumentException("freshet.history: partitions-ahead (" + partitionsAhead
                    + ") must be at least 1, check-interval (" + checkInterval + ") must be positive");
        }
    }
}
