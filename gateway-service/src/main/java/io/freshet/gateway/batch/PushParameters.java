package io.freshet.gateway.batch;

import io.freshet.contracts.message.PushLimits;
import io.freshet.contracts.message.Redirects;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.PushRequest;
import io.freshet.gateway.request.json.JsonRequestReader;
import io.freshet.gateway.request.query.QueryParameters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Query parameters for the options of a push; their names are those of the JSON body. */
final class PushParameters {

    private static final int MAX_HEADERS = 8_192;
    private static final int MAX_NAME = 64;
    private static final int MAX_NAMES = 4_096;
    private static final int MAX_NUMBER = 999_999_999;

    private static final List<String> NAMES = List.of(
            "tier",
            "headers",
            "redirects",
            "startAt",
            "requestsInFlight",
            "requestsPerSecond",
            "bytesPerSecond",
            "tiers",
            "region",
            "nodes");

    private PushParameters() {}

    /** Reads the parameters. */
    static QueryParameters read(QueryParameters query) {
        return query.string("tier", MAX_NAME)
                .text("headers", MAX_HEADERS)
                .enumValue("redirects", Redirects.class)
                .instant("startAt")
                .number("requestsInFlight", 1, MAX_NUMBER)
                .number("requestsPerSecond", 1, MAX_NUMBER)
                .number("bytesPerSecond", 1, MAX_NUMBER)
                .string("tiers", MAX_NAMES)
                .string("region", MAX_NAME)
                .string("nodes", MAX_NAMES);
    }

    /**
     * Returns a push without objects.
     *
     * @throws ProblemException if the headers are not a JSON object of lists of strings
     */
    static PushRequest request(Map<String, String> query, JsonRequestReader reader) {
        String headers = query.get("headers");
        String startAt = query.get("startAt");
        Integer bytes = number(query, "bytesPerSecond");
        return new PushRequest(
                List.of(),
                query.get("tier"),
                headers == null ? Map.of() : reader.headers(headers.getBytes(StandardCharsets.UTF_8)),
                "follow".equals(query.get("redirects")) ? Redirects.FOLLOW : null,
                startAt == null ? null : Instant.parse(startAt),
                new PushLimits(
                        number(query, "requestsInFlight"),
                        number(query, "requestsPerSecond"),
                        bytes == null ? null : bytes.longValue()),
                names(query, "tiers"),
                query.get("region"),
                names(query, "nodes"),
                false);
    }

    /**
     * Checks that there is none of the parameters.
     *
     * @throws ProblemException if there is one
     */
    static void verifyAbsent(Map<String, String> query) {
        for (String name : NAMES) {
            if (query.containsKey(name)) {
                throw ProblemException.invalid(Violation.parameter(name, "is an option of pushes"));
            }
        }
    }

    private static @Nullable Integer number(Map<String, String> query, String name) {
        String text = query.get(name);
        return text == null ? null : Integer.valueOf(text);
    }

    private static @Nullable List<String> names(Map<String, String> query, String name) {
        String text = query.get(name);
        return text == null ? null : List.of(text.split(",", -1));
    }
}
