package io.freshet.gateway.problem;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;

/** The kinds of problem. Their URNs are part of the interface: clients may branch on them. */
public enum ProblemType {
    INVALID_REQUEST(400, "The request is not valid"),
    UNAUTHORIZED(401, "A valid bearer token is needed"),
    FORBIDDEN(403, "The account may not do this"),
    NOT_FOUND(404, "There is no such thing"),
    METHOD_NOT_ALLOWED(405, "The method does not exist here"),
    NOT_ACCEPTABLE(406, "None of the wanted representations exist"),
    REQUEST_TIMEOUT(408, "The body took too long to arrive"),
    IDEMPOTENCY_KEY_REUSED(409, "The idempotency key belongs to another request"),
    NOT_REPEATABLE(409, "The task cannot be asked for again"),
    TOO_LARGE(413, "The body is too large"),
    URI_TOO_LONG(414, "The request line is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body has an unknown media type"),
    QUOTA_EXCEEDED(429, "The account's quota of the day does not suffice"),
    RATE_LIMITED(429, "Too much at once"),
    HEADERS_TOO_LARGE(431, "The request headers are too large"),
    INTERNAL(500, "Something went wrong inside"),
    UNAVAILABLE(503, "Not possible at the moment");

    private final int status;
    private final String title;
    private final URI uri;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
        this.uri = URI.create(
                "urn:freshet:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    public URI uri() {
        return uri;
    }

    /** What stands for an HTTP status that a framework has chosen. */
    static ProblemType ofStatus(int status) {
        return Arrays.stream(values())
                .filter(type -> type.status == status)
                .findFirst()
                .orElse(status >= 400 && status < 500 ? INVALID_REQUEST : INTERNAL);
    }
}
