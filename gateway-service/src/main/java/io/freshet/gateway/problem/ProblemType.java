package io.freshet.gateway.problem;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;

/** The types of problems. Their URNs are part of the API: clients may branch on them. */
public enum ProblemType {
    INVALID_REQUEST(400, "The request is not valid"),
    UNAUTHORIZED(401, "A valid bearer token is required"),
    FORBIDDEN(403, "Not permitted for this account"),
    NOT_FOUND(404, "Not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "None of the accepted media types is available"),
    REQUEST_TIMEOUT(408, "The body did not arrive in time"),
    IDEMPOTENCY_KEY_REUSED(409, "The idempotency key belongs to another request"),
    NOT_REPEATABLE(409, "The task cannot be repeated"),
    NOT_CANCELLABLE(409, "Nothing is left to cancel"),
    NOTHING_TO_RETRY(409, "No object of the task has failed"),
    NODE_DEFINED_ELSEWHERE(409, "The node is not defined by this API"),
    UPLOAD_ENDED(409, "The upload has ended"),
    UNSUPPORTED_BY_NODES(409, "Not every node can purge by this type"),
    TOO_LARGE(413, "The body is too large"),
    URI_TOO_LONG(414, "The request line is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "The media type of the body is not supported"),
    QUOTA_EXCEEDED(429, "Daily quota exceeded"),
    TOO_MUCH_IN_PROGRESS(429, "Too much of the account is in progress"),
    RATE_LIMITED(429, "Rate limit exceeded"),
    HEADERS_TOO_LARGE(431, "The request headers are too large"),
    INTERNAL(500, "Internal error"),
    UNAVAILABLE(503, "Temporarily unavailable");

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

    /** Returns the type for an HTTP status that a framework has chosen. */
    public static ProblemType ofStatus(int status) {
        return Arrays.stream(values())
                .filter(type -> type.status == status)
                .findFirst()
                .orElse(status >= 400 && status < 500 ? INVALID_REQUEST : INTERNAL);
    }
}
