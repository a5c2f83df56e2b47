package io.freshet.gateway.problem;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/** Refuses a request with a problem. It says all there is to say, so it has no stack trace and is not logged. */
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

    /** A request that is wrong in these places. */
    public static ProblemException invalid(List<Fault> faults, String detail) {
        ProblemType type = ProblemType.INVALID_REQUEST;
        return new ProblemException(
                type,
                new Problem(type.uri(), type.title(), type.status(), detail, null, faults, Map.of()),
                new HttpHeaders());
    }

    public static ProblemException invalid(Fault fault) {
        return invalid(List.of(fault), fault.place() + ' ' + fault.detail());
    }

    /** Nothing is wrong with the request, but it cannot be served now. */
    public static ProblemException unavailable(String detail, Duration retryAfter) {
        return of(ProblemType.UNAVAILABLE, detail).retryAfter(retryAfter);
    }

    /** The same with further members. */
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

    /** The same with a {@code Retry-After} in seconds, rounded up. */
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

    /** What the answer has beside the problem. */
    public HttpHeaders headers() {
        return headers;
    }
}
