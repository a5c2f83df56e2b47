package io.freshet.task.query;

import io.freshet.task.web.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Where a listing goes on: after the last entry of the page before. Opaque to clients, so that it may change. */
enum Cursor {
    TASKS("t"),
    OBJECTS("o");

    private final String prefix;

    Cursor(String prefix) {
        this.prefix = prefix;
    }

    String after(long last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((prefix + last).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * The last entry of the page before.
     *
     * @param start what it is on the first page
     * @throws InvalidRequestException if it is no cursor of this listing
     */
    long read(@Nullable String cursor, long start) {
        if (cursor == null) {
            return start;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            if (text.startsWith(prefix)) {
                long last = Long.parseLong(text.substring(prefix.length()));
                if (last >= 0 && after(last).equals(cursor)) {
                    return last;
                }
            }
        } catch (IllegalArgumentException e) {
            // The answer is the same as for a cursor of another listing.
        }
        throw new InvalidRequestException("cursor", "is not one that this listing gave");
    }
}
