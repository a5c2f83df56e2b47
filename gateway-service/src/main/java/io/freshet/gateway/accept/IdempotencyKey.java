package io.freshet.gateway.accept;

import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.Violation;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** The request header by which a client may retry a request safely. */
public final class IdempotencyKey {

    static final String HEADER = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

    private IdempotencyKey() {}

    /** Returns the key, or null if the client has set none. */
    public static @Nullable String of(HttpHeaders headers) {
        List<String> values = headers.getOrEmpty(HEADER);
        if (values.isEmpty()) {
            return null;
        }
        if (values.size() > 1 || !KEY.matcher(values.getFirst()).matches()) {
            throw ProblemException.invalid(
                    Violation.header(HEADER, "must be one value of 1 to 255 visible ASCII characters"));
        }
        return values.getFirst();
    }
}
