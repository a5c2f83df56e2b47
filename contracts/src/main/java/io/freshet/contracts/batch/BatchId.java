package io.freshet.contracts.batch;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.freshet.contracts.TaskId;
import java.time.Instant;

/**
 * Time-ordered id of a batch, drawn as a {@link TaskId} is and written the same way.
 *
 * @param value positive
 */
public record BatchId(long value) {

    public BatchId {
        if (value <= 0) {
            throw new IllegalArgumentException("a batch id is a positive number, not " + value);
        }
    }

    /**
     * Reads a batch id as clients send it.
     *
     * @throws IllegalArgumentException if the text is no positive 64-bit decimal
     */
    @JsonCreator
    public static BatchId parse(String text) {
        try {
            return new BatchId(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a batch id is a decimal number, not \"" + text + '"', e);
        }
    }

    /** Returns the time when this id was made, to the millisecond. */
    public Instant madeAt() {
        return new TaskId(value).madeAt();
    }

    @Override
    @JsonValue
    public String toString() {
        return Long.toString(value);
    }
}
