package io.freshet.purge.cursor;

import io.freshet.contracts.CursorState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Cursor of a node on one partition.
 *
 * @param offset the node has received everything below it
 * @param topicId of the topic that the offset belongs to
 * @param since when the state began
 * @param at when the cursor was taken; with a restart token, when that was seen
 * @param restartToken of the node at that time, if its driver reads one
 * @param lastAction number of the last node action that was carried out on this partition; {@link #NO_ACTION} for none
 */
public record Cursor(
        long offset,
        CursorState state,
        String topicId,
        Instant since,
        Instant at,
        @Nullable String restartToken,
        long lastAction) {

    /** Value of {@code lastAction} before the first node action. */
    public static final long NO_ACTION = -1;

    /** Returns whether the two differ in nothing but the time at which they were taken. */
    boolean equalsIgnoringTime(Cursor other) {
        return equals(new Cursor(
                other.offset, other.state, other.topicId, other.since, at, other.restartToken, other.lastAction));
    }
}
