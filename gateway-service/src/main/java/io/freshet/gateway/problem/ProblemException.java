package io.freshet.gateway.problem;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/** Refusal of a request with a problem. It has no stack trace and is not logged. */
public final class ProblemException extends RuntimeException {

    private final ProblemType type;
    private final transient Problem problem;
    private final transient HttpHeaders headers;

    private ProblemException(ProblemType type, Problem problem, HttpHeaders headers) {
        super(problem.detail(), null, false, false);
        this.type = type;
        this.problem = problem;
        this.headers = headers;
    }

    public static ProblemException of(ProblemType type, String detail) {
        return new ProblemException(type, Problem.of(type, detail), new HttpHeaders());
    }

    /** Creates a 400 problem with these violations, or a 403 problem if one is of a domain that the token excludes. */
    public static ProblemException invalid(List<Violation> violations, String detail) {
        boolean excluded = violations.stream().anyMatch(each -> each.kind() == ViolationKind.EXCLUDED_DOMAIN);
        ProblemType type = excluded ? ProblemType.DOMAIN_NOT_ALLOWED : ProblemType.INVALID_REQUEST;
        return new ProblemException(
                type,
                new Problem(type.uri(), type.title(), type.status(), detail, null, violations, Map.of()),
                new HttpHeaders());
    }

    public static ProblemException invalid(Violation violation) {
        return invalid(List.of(violation), violation.place() + ' ' + violation.detail());
    }

    /** Creates a 503 problem for a valid request that cannot be served now. */
    public static ProblemException unavailable(String detail, Duration retryAfter) {
        return of(ProblemType.UNAVAILABLE, detail).retryAfter(retryAfter);
    }

    /** Returns a copy with further members. */
    public ProblemException with(Map<String, Object> extensions) {
        return new ProblemException(
                type,
                new Problem(
                        problem.type(),
                        problem.title(),
                        problem.status(),
                        problem.detail(),
                        null,
                        problem.errors(),
                        extensions),
                headers);
    }

    /** Returns a copy with a {@code Retry-After} in seconds, rounded up. */
    public ProblemException retryAfter(Duration wait) {
        return header(
                HttpHeaders.RETRY_AFTER,
                Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
    }

    public ProblemException header(String name, String value) {
        return headers(Map.of(name, value));
    }

    public ProblemException headers(Map<String, String> others) {
        HttpHeaders more = new HttpHeaders();
        more.addAll(headers);
        others.forEach(more::set);
        return new ProblemException(type, problem, more);
    }

    public ProblemType type() {
        return type;
    }

    public Problem problem() {
        return problem;
    }

    /** Returns the headers of the answer. */
    public HttpHeaders headers() {
        return headers;
    }
}
