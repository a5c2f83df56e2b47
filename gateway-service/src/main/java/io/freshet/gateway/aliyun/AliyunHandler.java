package io.freshet.gateway.aliyun;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.freshet.contracts.JsonMapping;
import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.aliyun.call.AliyunParameters;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import io.freshet.gateway.aliyun.signature.AliyunAuthenticator;
import io.freshet.gateway.blocking.BlockingWork;
import io.freshet.gateway.memory.MemoryBudget;
import io.freshet.gateway.memory.RequestMemory;
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

    /** Bytes of a request line's parameters, objects and command, in multiples of its size. */
    private static final long URI_FACTOR = 4;
    /** Bytes of the longest request line with the largest form, in multiples of the size of one of them. */
    private static final int LARGEST_REQUEST_FACTOR = 9;

    private final AliyunAuthenticator authenticator;
    private final AliyunOperations operations;
    private final BlockingWork blockingWork;
    private final MemoryBudget memoryBudget;
    private final int maxFormBytes;

    AliyunHandler(
            AliyunAuthenticator authenticator,
            AliyunOperations operations,
            BlockingWork blockingWork,
            MemoryBudget memoryBudget,
            AliyunProperties properties) {
        memoryBudget.requireRoom(
                LARGEST_REQUEST_FACTOR, properties.maxRequestSize(), "freshet.gateway.aliyun.max-request-size");
        this.authenticator = authenticator;
        this.operations = operations;
        this.blockingWork = blockingWork;
        this.memoryBudget = memoryBudget;
        this.maxFormBytes = (int) properties.maxRequestSize().toBytes();
    }

    Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return Mono.using(memoryBudget::open, memory -> handle(request, response, memory), RequestMemory::close);
    }

    private Mono<Void> handle(HttpServerRequest request, HttpServerResponse response, RequestMemory memory) {
        return blockingWork
                .run(URI_FACTOR * request.uri().length(), body(request, memory), body -> respond(request, body, memory))
                .onErrorResume(error -> Mono.just(errorResponse(request, error)))
                .flatMap(encoded -> send(response.keepAlive(memory.isCharged()), encoded))
                .contextWrite(memory::putInto);
    }

    private Mono<byte[]> body(HttpServerRequest request, RequestMemory memory) {
        return request.receive()
                .asByteArray()
                .doOnNext(part -> memory.add(part.length))
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

    private EncodedResponse respond(HttpServerRequest request, byte[] body, RequestMemory memory) {
        AliyunCall call = authenticator.authenticate(read(request, body));
        memory.chargeTo(call.account().id());
        byte[] json = json(operations.execute(call));
        memory.add(json.length);
        return new EncodedResponse(200, false, json);
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
            // No memory, or a body that did not arrive in time.
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
                code == AliyunErrorCode.UNAVAILABLE || code == AliyunErrorCode.THROTTLED,
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
