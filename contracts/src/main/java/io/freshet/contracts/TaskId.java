package io.freshet.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;

/**
 * Time-ordered 64-bit id (TSID) of a task, written as a decimal string because JavaScript rounds large numbers.
 *
 * <p>The upper 42 bits are milliseconds since {@link #EPOCH}, the lower {@value #LOW_BITS} tell tasks of one
 * millisecond apart.
 *
 * @param value positive
 */
public record TaskId(long value) implements Comparable<TaskId> {

    /** Instant that the upper bits count from. */
    public static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");

    /** Number of low bits that tell ids of one millisecond apart. */
    public static final int LOW_BITS = 22;

    private static final long EPOCH_MILLIS = EPOCH.toEpochMilli();

    public TaskId {
        if (value <= 0) {
            throw new IllegalArgumentException("a task id is a positive number, not " + value);
        }
    }

    /**
     * Reads a task id as clients send it.
     *
     * @throws IllegalArgumentException if the text is no positive 64-bit decimal
     */
    @JsonCreator
    public static TaskId parse(String text) {
        try {
            return new TaskId(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a task id is a decimal number, not \"" + text + '"', e);
        }
    }

    /** Returns the smallest id that can have been made at or after this instant: the bound of a time range of ids. */
    public static TaskId floor(Instant instant) {
        long millis = Math.max(0, instant.toEpochMilli() - EPOCH_MILLIS);
        return new TaskId(Math.max(1, millis << LOW_BITS));
    }

    /** Returns the time when this id was made, to the millisecond. */
    public Instant madeAt() {
        return Instant.ofEpochMilli((value >>> LOW_BITS) + EPOCH_MILLIS);
    }

    @Override
    public int compareTo(TaskId other) {
        return Long.compare(value, other.value);
    }

    @Override
    @JsonValue
    public String toString() {
        return Long.toString(value);
    }
}
