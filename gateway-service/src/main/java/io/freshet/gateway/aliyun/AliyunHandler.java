package io.freshet.gateway.aliyun;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.freshet.contracts.JsonMapping;
import io.freshet.gateway.accept.Work;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.aliyun.call.Parameters;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import io.freshet.gateway.aliyun.signature.Authentication;
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

/** Takes requests off the wire and puts answers on it; every answer is JSON, whatever it is about. */
@Component
class AliyunHandler {

    static final String MEDIA_TYPE = "application/json;charset=utf-8";

    private static final Logger log = LoggerFactory.getLogger(AliyunHandler.class);
    private static final String FORM = "application/x-www-form-urlencoded";

    private final Authentication authentication;
    private final Operations operations;
    private final Work work;
    private final int maxForm;

    AliyunHandler(Authentication authentication, Operations operations, Work work, AliyunProperties properties) {
        this.authentication = authentication;
        this.operations = operations;
        this.work = work;
        this.maxForm = (int) properties.maxRequest().toBytes();
    }

    Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return work.runCounted(size(request), body(request), body -> answer(request, body))
                .onErrorResume(error -> Mono.just(refusal(request, error)))
                .flatMap(answer -> send(response, answer));
    }

    /** The request line, and the body as announced, or else as large as it may be. */
    private long size(HttpServerRequest request) {
        String length = request.requestHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
        return request.uri().length() + (length == null ? maxForm : Math.min(maxForm, Long.parseLong(length)));
    }

    private Mono<byte[]> body(HttpServerRequest request) {
        return request.receive()
                .asByteArray()
                .reduceWith(ByteArrayOutputStream::new, this::appended)
                .map(ByteArrayOutputStream::toByteArray);
    }

    private ByteArrayOutputStream appended(ByteArrayOutputStream body, byte[] part) {
        if (body.size() + part.length > maxForm) {
            throw new AliyunException(AliyunErrorCode.INVALID_PARAMETER, "The body has more than " + maxForm + " bytes.");
        }
        body.writeBytes(part);
        return body;
    }

    /** An answer and what it is sent with. */
    private record Sent(int status, boolean retry, byte[] json) {}

    private Sent answer(HttpServerRequest request, byte[] body) {
        Answer answer = operations.answer(authentication.authenticate(read(request, body)));
        return new Sent(200, false, json(answer));
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
                Parameters.parse(query(request.uri())),
                Parameters.parse(form ? new String(body, US_ASCII) : ""),
                body);
    }

    /** There is just one path. */
    private static String query(String uri) {
        int question = uri.indexOf('?');
        String path = question < 0 ? uri : uri.substring(0, question);
        if (!path.equals("/") && !path.isEmpty()) {
            throw new AliyunException(AliyunErrorCode.UNKNOWN_ACTION, "There is nothing but the path /.");
        }
        return question < 0 ? "" : uri.substring(question + 1);
    }

    /** A header that is there several times is its values with commas between them. */
    private static Map<String, String> byName(HttpHeaders headers) {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(
                header -> byName.merge(header.getKey(), header.getValue(), (first, more) -> first + ',' + more));
        return byName;
    }

    private static Sent refusal(HttpServerRequest request, Throwable error) {
        return switch (error) {
            case CompletionException wrapped when wrapped.getCause() != null -> refusal(request, wrapped.getCause());
            case AliyunException refused -> refusal(request, refused);
            // Before anyone has asked for anything: too much in work, or a body that does not come.
            case ProblemException refused -> refusal(request, Refusals.OF_REFRESHES.of(refused));
            default -> {
                log.error("a request at the vendor's port failed", error);
                yield refusal(
                        request, new AliyunException(AliyunErrorCode.INTERNAL, "The fault is ours; the log knows it."));
            }
        };
    }

    private static Sent refusal(HttpServerRequest request, AliyunException refused) {
        String host = request.requestHeaders().get(HttpHeaderNames.HOST, "");
        AliyunErrorCode code = refused.code();
        return new Sent(
                code.status(), code == AliyunErrorCode.UNAVAILABLE, json(code, String.valueOf(refused.getMessage()), host));
    }

    static byte[] json(AliyunErrorCode code, String message, String host) {
        return json(new Answer.Refusal(Answer.newRequestId(), code.text(), message, host));
    }

    private static byte[] json(Answer answer) {
        return JsonMapping.mapper().writeValueAsBytes(answer);
    }

    private static Mono<Void> send(HttpServerResponse response, Sent sent) {
        response.status(sent.status()).header(HttpHeaderNames.CONTENT_TYPE, MEDIA_TYPE);
        if (sent.retry()) {
            response.header(HttpHeaderNames.RETRY_AFTER, "5");
        }
        return response.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(sent.json().length))
                .sendByteArray(Mono.just(sent.json()))
                .then();
    }
}
