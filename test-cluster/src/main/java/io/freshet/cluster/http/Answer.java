package io.freshet.cluster.http;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Response of the gateway. */
public record Answer(int status, HttpHeaders headers, String body) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** The body of an answer that must have this status. */
    public <T> T as(int expected, Class<T> type) {
        if (status != expected) {
            throw new AssertionError("expected " + expected + " but was " + status + ": " + body);
        }
        return JSON.readValue(body, type);
    }

    /** The body as a problem detail, which every error must be. */
    public Problem problem() {
        String type = headers.firstValue("Content-Type").orElse("none");
        if (!type.startsWith("application/problem+json")) {
            throw new AssertionError("not a problem detail but " + type + ": " + status + " " + body);
        }
        return JSON.readValue(body, Problem.class);
    }

    static <T> T read(String json, Class<T> type) {
        return JSON.readValue(json, type);
    }

    static String write(Object value) {
        return JSON.writeValueAsString(value);
    }

    /** RFC 9457, with the entries that are to blame. */
    public record Problem(
            URI type,
            @Nullable String title,
            int status,
            @Nullable String detail,
            @Nullable List<Entry> errors) {

        /** @param pointer JSON pointer into the body, if the body is to blame */
        public record Entry(@Nullable String pointer, String detail) {}
    }
}
