package io.freshet.gateway.accept;

import io.freshet.gateway.problem.Fault;
import io.freshet.gateway.problem.ProblemException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** The client's own name for a request, by which it may repeat it. */
final class IdempotencyKey {

    static final String HEADER = "Idempotency-Key";
    private static final Pattern FORM = Pattern.compile("[!-~]{1,255}");

    private IdempotencyKey() {}

    /** The key, or null if the client has set none. */
    static @Nullable String of(HttpHeaders headers) {
        List<String> values = headers.getOrEmpty(HEADER);
        if (values.isEmpty()) {
            return null;
        }
        if (values.size() > 1 || !FORM.matcher(values.getFirst()).matches()) {
            throw ProblemException.invalid(
                    Fault.header(HEADER, "is not one value of 1 to 255 visible ASCII characters"));
        }
        return values.getFirst();
    }
}
