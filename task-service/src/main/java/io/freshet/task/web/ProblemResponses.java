package io.freshet.task.web;

import io.freshet.task.TaskIdTakenException;
import io.freshet.task.limit.OverloadedException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Maps every error to a problem detail with a stable type; {@code errors} names the invalid field, if there is one. */
@RestControllerAdvice
class ProblemResponses extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemResponses.class);
    private static final String TYPE = "urn:freshet:problem:";
    /** SQLSTATEs of statements that reached statement_timeout or lock_timeout, or lost against concurrent ones. */
    private static final Set<String> ENDED = Set.of("57014", "55P03", "40001", "40P01");

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    @ExceptionHandler
    ProblemDetail invalid(InvalidRequestException e) {
        return invalid(e.pointer(), String.valueOf(e.getMessage()));
    }

    /** Handles values that Postgres cannot store, such as a NUL character. */
    @ExceptionHandler
    ProblemDetail unstorable(DataIntegrityViolationException e) {
        return invalid(
                "", "a value cannot be stored: " + e.getMostSpecificCause().getMessage());
    }

    @ExceptionHandler
    ProblemDetail taken(TaskIdTakenException e) {
        log.error("Refused an admission: {}", e.getMessage());
        return problem(HttpStatus.CONFLICT, "task-id-taken", String.valueOf(e.getMessage()));
    }

    /** Handles a database that does not answer or is overloaded: the client should retry. */
    @ExceptionHandler({
        NotReadyException.class,
        TransientDataAccessException.class,
        RecoverableDataAccessException.class,
        NonTransientDataAccessResourceException.class,
        DataAccessResourceFailureException.class,
        TransactionException.class
    })
    ResponseEntity<ProblemDetail> unavailable(Exception e) {
        if (isEndedByDatabase(e)) {
            return overloaded(e);
        }
        log.warn("Answered 503: {}", e.getMessage());
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, Long.toString(RETRY_AFTER.toSeconds()))
                .body(problem(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", "the database does not answer"));
    }

    /**
     * Handles work that found no permit, or that the database ended: it can be reached, so gateways must not take this
     * for an outage.
     */
    @ExceptionHandler(OverloadedException.class)
    ResponseEntity<ProblemDetail> overloaded(Exception e) {
        log.debug("Answered 503: {}", e.getMessage());
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, "1")
                .body(problem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "overloaded",
                        e instanceof OverloadedException
                                ? String.valueOf(e.getMessage())
                                : "the database ended the statement, which took too long"));
    }

    private static boolean isEndedByDatabase(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return ENDED.contains(sql.getSQLState());
            }
        }
        return false;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unexpected(RuntimeException e) {
        if (isEndedByDatabase(e)) {
            return overloaded(e);
        }
        log.error("Answered 500: unexpected failure", e);
        return ResponseEntity.internalServerError()
                .body(problem(
                        HttpStatus.INTERNAL_SERVER_ERROR, "internal", "internal error; see the log of task-service"));
    }

    /** Handles what Spring MVC refuses: a missing or malformed parameter, an unreadable body, an unknown path. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = switch (e) {
            case MissingServletRequestParameterException missing -> invalid(missing.getParameterName(), "is missing");
            case MethodArgumentTypeMismatchException mismatch ->
                invalid(mismatch.getName(), "cannot be \"" + mismatch.getValue() + '"');
            case HttpMessageNotReadableException unreadable ->
                invalid("", String.valueOf(unreadable.getMostSpecificCause().getMessage()));
            default -> problem(status, status.value() == 404 ? "not-found" : "invalid-request", detail(e));
        };
        return super.handleExceptionInternal(e, problem, headers, status, request);
    }

    private static String detail(Exception e) {
        String detail = e instanceof ErrorResponse response ? response.getBody().getDetail() : e.getMessage();
        return String.valueOf(detail);
    }

    private static ProblemDetail invalid(String pointer, String detail) {
        ProblemDetail problem =
                problem(HttpStatus.BAD_REQUEST, "invalid-request", pointer.isEmpty() ? detail : pointer + " " + detail);
        problem.setProperty("errors", List.of(Map.of("pointer", pointer, "detail", detail)));
        return problem;
    }

    private static ProblemDetail problem(HttpStatusCode status, String name, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create(TYPE + name));
        return problem;
    }
}
