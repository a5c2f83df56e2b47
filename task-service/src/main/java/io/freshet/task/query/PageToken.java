package io.freshet.task.query;

import io.freshet.task.web.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Token of the next page of a listing: the key of the last entry, in a form that clients cannot rely on. */
enum PageToken {
    TASKS("t"),
    OBJECTS("o"),
    BATCHES("b"),
    BAD_LINES("l");

    private final String prefix;

    PageToken(String prefix) {
        this.prefix = prefix;
    }

    /** Returns the token of the page that follows this entry. */
    String after(long last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((prefix + last).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Returns the last entry of the page before.
     *
     * @param start the value for the first page, which has no token
     * @throws InvalidRequestException if the token is none of this listing
     */
    long read(@Nullable String token, long start) {
        if (token == null) {
            return start;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
            if (text.startsWith(prefix)) {
                long last = Long.parseLong(text.substring(prefix.length()));
                if (last >= 0 && after(last).equals(token)) {
                    return last;
                }
            }
        } catch (IllegalArgumentException e) {
            // Answered like a token of another listing.
        }
        throw new InvalidRequestException("pageToken", "is not a token of this listing");
    }
}
