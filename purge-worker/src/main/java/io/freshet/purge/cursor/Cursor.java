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
 * Where a node stands on one partition, as the committed offset of a consumer group and its metadata.
 *
 * @param offset the node has everything below it
 * @param topicId of the topic that the offset belongs to; empty if whoever wrote it did not say, such as an operator with Kafka's tools
 * @param since when the state began
 * @param at when this was known to be so
 * @param start the node's start marker then, if its driver has one
 * @param order the offset of the last operator's order that was carried out here; -1 for none
 */
public record Cursor(
        long offset,
        State state,
        String topicId,
        Instant since,
        Instant at,
        @Nullable String start,
        long order) {

    /** No order yet. */
    public static final long NO_ORDER = -1;

    /** What the offset means. */
    public enum State {
        /** The node gets everything at once; the offset may lag behind because it is held by a parent's. */
        LIVE,
        /** The node owes everything from the offset on. */
        LATE,
        /** What the node owes is no longer in the log: it must be flushed. */
        LOST
    }

    /** Whether there is nothing to write down again but the time. */
    public boolean saysTheSameAs(Cursor other) {
        return equals(new Cursor(other.offset, other.state, other.topicId, other.since, at, other.start, other.order));
    }

    OffsetAndMetadata toOffset() {
        String metadata = state.name().toLowerCase(Locale.ROOT) + " topic=" + topicId + " since=" + since + " at=" + at
                + " order=" + order
                + (start == null ? "" : " start=" + URLEncoder.encode(start, StandardCharsets.UTF_8));
        return new OffsetAndMetadata(offset, metadata);
    }

    /** Reads what was written, by whomever: without metadata it is an offset from which the node is late. */
    static Cursor of(OffsetAndMetadata written) {
        String[] words = written.metadata().split(" ");
        Map<String, String> values = new HashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                values.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        String start = values.get("start");
        return new Cursor(
                written.offset(),
                state(words[0]),
                values.getOrDefault("topic", ""),
                instant(values.get("since")),
                instant(values.get("at")),
                start == null ? null : URLDecoder.decode(start, StandardCharsets.UTF_8),
                number(values.get("order")));
    }

    private static State state(String word) {
        return switch (word) {
            case "live" -> State.LIVE;
            case "lost" -> State.LOST;
            default -> State.LATE;
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
            return text == null ? NO_ORDER : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return NO_ORDER;
        }
    }
}
