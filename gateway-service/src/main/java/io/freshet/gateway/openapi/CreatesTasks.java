package io.freshet.gateway.openapi;

import io.freshet.gateway.problem.Problem;
import io.freshet.gateway.problem.ProblemType;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.http.MediaType;

/** Declaration of the idempotency key, the headers and the problems of a handler that creates tasks. */
@Parameter(
        in = ParameterIn.HEADER,
        name = "Idempotency-Key",
        description =
                "Name of the request, chosen by the client. For 24 hours, a retry with the same key returns the same"
                        + " tasks, which are executed at least once and charged once. Keys are not checked while "
                        + "the task store"
                        + " does not answer.",
        schema = @Schema(type = "string", minLength = 1, maxLength = 255, pattern = "^[!-~]+$"))
@ApiResponse(
        responseCode = "202",
        description = "Accepted",
        useReturnTypeSchema = true,
        headers = {
            @Header(
                    name = "Location",
                    description = "The task, if there is only one",
                    schema = @Schema(type = "string")),
            @Header(
                    name = CreatesTasks.REPLAYED,
                    description = "true if the idempotency key was used before: the tasks are those of the first "
                            + "request and may have ended",
                    schema = @Schema(type = "boolean")),
            @Header(
                    name = "RateLimit-Limit",
                    description = CreatesTasks.LIMIT,
                    schema = @Schema(type = "integer", format = "int32")),
            @Header(
                    name = "RateLimit-Remaining",
                    description = CreatesTasks.REMAINING,
                    schema = @Schema(type = "integer", format = "int32")),
            @Header(
                    name = "RateLimit-Reset",
                    description = CreatesTasks.RESET,
                    schema = @Schema(type = "integer", format = "int32"))
        })
@ApiResponse(
        responseCode = "429",
        description = "Daily quota exceeded",
        headers = {
            @Header(
                    name = "RateLimit-Limit",
                    description = CreatesTasks.LIMIT,
                    schema = @Schema(type = "integer", format = "int32")),
            @Header(
                    name = "RateLimit-Remaining",
                    description = CreatesTasks.REMAINING,
                    schema = @Schema(type = "integer", format = "int32")),
            @Header(
                    name = "RateLimit-Reset",
                    description = CreatesTasks.RESET,
                    schema = @Schema(type = "integer", format = "int32"))
        },
        content =
                @Content(
                        mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
                        schema = @Schema(implementation = Problem.class)))
@ApiProblems({
    ProblemType.DOMAIN_NOT_ALLOWED,
    ProblemType.IDEMPOTENCY_KEY_REUSED,
    ProblemType.QUOTA_EXCEEDED,
    ProblemType.RATE_LIMITED
})
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface CreatesTasks {

    /** Header of an answer whose tasks are those of an earlier request with the same idempotency key. */
    String REPLAYED = "Idempotency-Replayed";

    String LIMIT = "The account's daily quota; its requests per minute if those are exceeded";
    String REMAINING = "What is left of the limit; absent while the task store does not answer";
    String RESET = "Seconds until the limit is reset";
}
