package io.freshet.purge.cursor;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Cursor of a node on one partition, stored as the committed offset of a consumer group and its metadata.
 *
 * @param offset the node has received everything below it
 * @param topicId of the topic that the offset belongs to; empty if the offset was committed without metadata, as
 *     Kafka's own tools do
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
    public boolean equalsIgnoringTime(Cursor other) {
        return equals(new Cursor(
                other.offset, other.state, other.topicId, other.since, at, other.restartToken, other.lastAction));
    }

    OffsetAndMetadata toOffset() {
        String metadata = state.name().toLowerCase(Locale.ROOT) + " topic=" + topicId + " since=" + since + " at=" + at
                + " action=" + lastAction
                + (restartToken == null
                        ? ""
                        : " restart-token=" + URLEncoder.encode(restartToken, StandardCharsets.UTF_8));
        return new OffsetAndMetadata(offset, metadata);
    }

    /** Reads a committed offset. Without metadata, the node is lagging from the offset on. */
    static Cursor of(OffsetAndMetadata committed) {
        String[] words = committed.metadata().split(" ");
        Map<String, String> values = new HashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                values.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        String restartToken = values.get("restart-token");
        return new Cursor(
                committed.offset(),
                state(words[0]),
                values.getOrDefault("topic", ""),
                instant(values.get("since")),
                instant(values.get("at")),
                restartToken == null ? null : URLDecoder.decode(restartToken, StandardCharsets.UTF_8),
                number(values.get("action")));
    }

    private static CursorState state(String word) {
        return switch (word) {
            case "in_sync" -> CursorState.IN_SYNC;
            case "lost" -> CursorState.LOST;
            default -> CursorState.LAGGING;
        };
    }

    private static Instant instant(@Nullable String text) {
        try {
            return text == null ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? NO_ACTION : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return NO_ACTION;
        }
    }
}
