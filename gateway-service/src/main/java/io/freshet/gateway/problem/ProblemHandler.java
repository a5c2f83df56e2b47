package io.freshet.gateway.problem;

import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;

/** Handler that answers every error with a problem. Runs before Spring Boot's own handler, which has the order -1. */
@Component
@Order(-2)
public class ProblemHandler implements WebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        if (exchange.getResponse().isCommitted()) {
            return Mono.error(error);
        }
        if (DisconnectedClientHelper.isClientDisconnectedException(error)) {
            // Usually no client reads the status, and logging the error would cost more than the request.
            exchange.getResponse().setStatusCode(HttpStatus.INTERNAL_SERVER_ERROR);
            return exchange.getResponse().setComplete();
        }
        return switch (error) {
            case ProblemException refused -> write(exchange, refused.problem(), refused.headers());
            case ResponseStatusException _
            when isTooLarge(error) ->
                write(
                        exchange,
                        Problem.of(ProblemType.TOO_LARGE, "The body is larger than allowed."),
                        HttpHeaders.EMPTY);
            case ResponseStatusException status
            when status.getStatusCode().is4xxClientError() ->
                write(exchange, problemOf(status, exchange.getRequest()), status.getHeaders());
            default -> write(exchange, internal(exchange.getRequest(), error), HttpHeaders.EMPTY);
        };
    }

    private static boolean isTooLarge(Throwable error) {
        return error.getCause() instanceof DataBufferLimitException
                || error instanceof ResponseStatusException status
                        && status.getStatusCode().value() == ProblemType.TOO_LARGE.status();
    }

    private static Problem problemOf(ResponseStatusException error, ServerHttpRequest request) {
        ProblemType type = ProblemType.ofStatus(error.getStatusCode().value());
        return Problem.of(
                type,
                switch (type) {
                    case NOT_FOUND ->
                        "No resource exists at " + request.getPath().value() + ".";
                    case METHOD_NOT_ALLOWED ->
                        request.getMethod() + " is not allowed at "
                                + request.getPath().value() + ", only "
                                + error.getHeaders().getAllow() + ".";
                    case NOT_ACCEPTABLE -> String.valueOf(error.getBody().getDetail());
                    case UNSUPPORTED_MEDIA_TYPE -> unsupportedType(error, request);
                    default -> String.valueOf(error.getReason());
                });
    }

    private static String unsupportedType(ResponseStatusException error, ServerHttpRequest request) {
        if (!(error instanceof UnsupportedMediaTypeStatusException unsupported)
                || unsupported.getSupportedMediaTypes().isEmpty()) {
            return String.valueOf(error.getBody().getDetail());
        }
        String sent = request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
        return "Content-Type " + (sent == null ? "is missing" : sent + " is not supported") + "; supported are "
                + MediaType.toString(unsupported.getSupportedMediaTypes()) + ".";
    }

    /** Gives the client the instance id, under which the error is logged, and nothing else. */
    private static Problem internal(ServerHttpRequest request, Throwable error) {
        log.error(
                "request {} failed: {} {}",
                request.getId(),
                request.getMethod(),
                request.getPath().value(),
                error);
        return Problem.of(ProblemType.INTERNAL, "Internal error. Quote the instance id when you report it.")
                .withInstance(URI.create("urn:freshet:request:" + request.getId()));
    }

    private static Mono<Void> write(ServerWebExchange exchange, Problem problem, HttpHeaders headers) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
        response.getHeaders().addAll(headers);
        response.getHeaders().setContentType(Problem.MEDIA_TYPE);
        byte[] json = problem.toJson();
        response.getHeaders().setContentLength(json.length);
        return response.writeWith(Mono.fromSupplier(() -> buffer(response, json)));
    }

    private static DataBuffer buffer(ServerHttpResponse response, byte[] json) {
        return response.bufferFactory().wrap(json);
    }
}
