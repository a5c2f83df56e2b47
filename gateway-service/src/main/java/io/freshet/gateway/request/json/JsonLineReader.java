package io.freshet.gateway.request.json;

import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.gateway.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reader of the lines of NDJSON lists, each a string or an object with the field {@code object}. */
public final class JsonLineReader {

    private JsonLineReader() {}

    /**
     * Returns the text of the line's object.
     *
     * @throws InvalidObjectException if the line is neither a string nor such an object
     */
    public static String object(String line) throws InvalidObjectException {
        try {
            StrictJsonObject json = StrictJsonObject.of(asObject(line).getBytes(StandardCharsets.UTF_8));
            json.require("object");
            @Nullable String text = json.string("object");
            json.verify();
            return String.valueOf(text);
        } catch (ProblemException e) {
            throw new InvalidObjectException(e.problem().detail());
        }
    }

    private static String asObject(String line) {
        return line.startsWith("\"") ? "{\"object\":" + line + '}' : line;
    }
}
