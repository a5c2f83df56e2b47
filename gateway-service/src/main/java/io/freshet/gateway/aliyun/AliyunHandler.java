package io.freshet.gateway.aliyun;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.freshet.contracts.JsonMapping;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.aliyun.call.AliyunParameters;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import io.freshet.gateway.aliyun.signature.AliyunAuthenticator;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.problem.ProblemException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Handler that reads requests and writes responses of the Aliyun API. Every response is JSON. */
@Component
class AliyunHandler {

    static final String MEDIA_TYPE = "application/json;charset=utf-8";

    private static final Logger log = LoggerFactory.getLogger(AliyunHandler.class);
    private static final String FORM = "application/x-www-form-urlencoded";

    private final AliyunAuthenticator authenticator;
    private final AliyunOperations operations;
    private final BlockingWork blockingWork;
    private final int maxFormBytes;

    AliyunHandler(
            AliyunAuthenticator authenticator,
            AliyunOperations operations,
            BlockingWork blockingWork,
            AliyunProperties properties) {
        this.authenticator = authenticator;
        this.operations = operations;
        this.blockingWork = blockingWork;
        this.maxFormBytes = (int) properties.maxRequestSize().toBytes();
    }

    Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return blockingWork
                .runCounted(size(request), body(request), body -> respond(request, body))
                .onErrorResume(error -> Mono.just(errorResponse(request, error)))
                .flatMap(encoded -> send(response, encoded));
    }

    /** Returns the bytes of the request line and of the announced body; the maximum if none is announced. */
    private long size(HttpServerRequest request) {
        String length = request.requestHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
        return request.uri().length()
                + (length == null ? maxFormBytes : Math.min(maxFormBytes, Long.parseLong(length)));
    }

    private Mono<byte[]> body(HttpServerRequest request) {
        return request.receive()
                .asByteArray()
                .reduceWith(ByteArrayOutputStream::new, this::appended)
                .map(ByteArrayOutputStream::toByteArray);
    }

    private ByteArrayOutputStream appended(ByteArrayOutputStream body, byte[] part) {
        if (body.size() + part.length > maxFormBytes) {
            throw new AliyunException(
                    AliyunErrorCode.INVALID_PARAMETER, "The body has more than " + maxFormBytes + " bytes.");
        }
        body.writeBytes(part);
        return body;
    }

    private record EncodedResponse(int status, boolean retry, byte[] json) {}

    private EncodedResponse respond(HttpServerRequest request, byte[] body) {
        AliyunResponse response = operations.execute(authenticator.authenticate(read(request, body)));
        return new EncodedResponse(200, false, json(response));
    }

    private static AliyunRequest read(HttpServerRequest request, byte[] body) {
        String method = request.method().name();
        if (!method.equals("GET") && !method.equals("POST")) {
            throw new AliyunException(AliyunErrorCode.INVALID_PARAMETER, "The method is neither GET nor POST.");
        }
        HttpHeaders headers = request.requestHeaders();
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        boolean form = type.regionMatches(true, 0, FORM, 0, FORM.length());
        return new AliyunRequest(
                method,
                byName(headers),
                AliyunParameters.parse(query(request.uri())),
                AliyunParameters.parse(form ? new String(body, US_ASCII) : ""),
                body);
    }

    /** Returns the query of the only path. */
    private static String query(String uri) {
        int question = uri.indexOf('?');
        String path = question < 0 ? uri : uri.substring(0, question);
        if (!path.equals("/") && !path.isEmpty()) {
            throw new AliyunException(AliyunErrorCode.UNKNOWN_ACTION, "The only path is /.");
        }
        return question < 0 ? "" : uri.substring(question + 1);
    }

    /** Returns the headers by name; repeated values are joined with commas. */
    private static Map<String, String> byName(HttpHeaders headers) {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(
                header -> byName.merge(header.getKey(), header.getValue(), (first, more) -> first + ',' + more));
        return byName;
    }

    private static EncodedResponse errorResponse(HttpServerRequest request, Throwable error) {
        return switch (error) {
            case CompletionException wrapped
            when wrapped.getCause() != null -> errorResponse(request, wrapped.getCause());
            case AliyunException refused -> errorResponse(request, refused);
            // From BlockingWork: no capacity, or a body that did not arrive in time.
            case ProblemException refused -> errorResponse(request, ErrorMapping.REFRESH.map(refused));
            default -> {
                log.error("request at the Aliyun port failed", error);
                yield errorResponse(
                        request,
                        new AliyunException(AliyunErrorCode.INTERNAL, "Internal error. See the log of the gateway."));
            }
        };
    }

    private static EncodedResponse errorResponse(HttpServerRequest request, AliyunException refused) {
        String host = request.requestHeaders().get(HttpHeaderNames.HOST, "");
        AliyunErrorCode code = refused.code();
        return new EncodedResponse(
                code.status(),
                code == AliyunErrorCode.UNAVAILABLE,
                json(code, String.valueOf(refused.getMessage()), host));
    }

    static byte[] json(AliyunErrorCode code, String message, String host) {
        return json(new AliyunResponse.ErrorResponse(AliyunResponse.newRequestId(), code.text(), message, host));
    }

    private static byte[] json(AliyunResponse response) {
        return JsonMapping.mapper().writeValueAsBytes(response);
    }

    private static Mono<Void> send(HttpServerResponse response, EncodedResponse sent) {
        response.status(sent.status()).header(HttpHeaderNames.CONTENT_TYPE, MEDIA_TYPE);
        if (sent.retry()) {
            response.header(HttpHeaderNames.RETRY_AFTER, "5");
        }
        return response.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(sent.json().length))
                .sendByteArray(Mono.just(sent.json()))
                .then();
    }
}
