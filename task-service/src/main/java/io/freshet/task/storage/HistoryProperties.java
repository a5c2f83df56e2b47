package io.freshet.task.storage;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is kept, and in which portions.
 *
 * @param retention how long tasks, their objects and their charges are kept
 * @param partition how much of the objects' table is dropped at a time
 * @param ahead how many partitions are made in advance, at least 1
 * @param every how often partitions are made and old things are removed
 */
@ConfigurationProperties("freshet.history")
public record HistoryProperties(
        @DefaultValue("90d") Duration retention,
        @DefaultValue("week") Portion partition,
        @DefaultValue("2") int ahead,
        @DefaultValue("1h") Duration every) {

    private static final Duration SHORTEST = Duration.ofDays(2);

    /** The days of one partition, in UTC. */
    public enum Portion {
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
        if (retention.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("freshet.history.retention (" + retention
                    + ") is at least 2 days: an idempotency key needs its tasks for one");
        }
        if (ahead < 1 || !every.isPositive()) {
            throw new IllegalArgumentException(
                    "freshet.history: ahead (" + ahead + ") is at least 1, every (" + every + ") is positive");
        }
    }
}
