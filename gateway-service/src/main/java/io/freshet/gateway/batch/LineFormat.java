package io.freshet.gateway.batch;

import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.json.JsonLineReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/** Format of the lines of a batch. Blank lines are skipped in both. */
enum LineFormat {
    /** An object a line. A line that begins with {@code #} is a comment. */
    TEXT,
    /** A JSON string or an object with the field {@code object} a line. */
    NDJSON;

    static final String NDJSON_TYPE = "application/x-ndjson";
    private static final Set<Charset> CHARSETS = Set.of(StandardCharsets.UTF_8, StandardCharsets.US_ASCII);

    /**
     * Returns the format of a body. That of a form is text, since curl declares one unless it is told otherwise.
     *
     * @throws ProblemException 415 if the body is neither UTF-8 nor ASCII
     */
    static LineFormat of(@Nullable MediaType type) {
        Charset charset = type == null ? null : type.getCharset();
        if (charset != null && !CHARSETS.contains(charset)) {
            throw ProblemException.of(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE, "The charset " + charset + " is not supported, only UTF-8.");
        }
        return type != null && type.getSubtype().equals("x-ndjson") ? NDJSON : TEXT;
    }

    /**
     * Returns the text of the line's object, or null if the line has none.
     *
     * @throws InvalidObjectException if the line is not of this format
     */
    @Nullable
    String object(String line) throws InvalidObjectException {
        String text = line.strip();
        if (text.isEmpty() || this == TEXT && text.startsWith("#")) {
            return null;
        }
        return this == TEXT ? text : JsonLineReader.object(text);
    }
}
