package io.freshet.push.fetch;

import static java.util.Objects.requireNonNull;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.push.fetch.FetchOutcome.Fetched;
import io.freshet.push.fetch.FetchOutcome.NoConnection;
import io.freshet.push.fetch.FetchOutcome.NotStored;
import io.freshet.push.fetch.FetchOutcome.Rejected;
import io.freshet.push.fetch.FetchOutcome.Retryable;
import io.freshet.push.http.ConnectTimeoutException;
import io.freshet.push.http.Exchange;
import io.freshet.push.http.ExchangeTimeoutException;
import io.freshet.push.http.ExchangeTimeoutException.Limit;
import io.freshet.push.http.HeaderSection;
import io.freshet.push.http.KeepAliveClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * HTTP client that fetches objects through nodes as their clients do: with the public authority as {@code Host}, and
 * connected to the node's address only. It follows no redirects, keeps no cookies, and neither decodes nor retries.
 */
public final class NodeClient implements AutoCloseable {

    /** Response header: whether the node stored the object, {@code yes} or {@code no}; absent if unknown. */
    private static final String STORED = "Freshet-Stored";

    /** Longest error body that is read, in bytes, so that its connection can be reused. */
    private static final int MAX_ERROR_BODY = 64 * 1024;

    private final KeepAliveClient http;
    private final FetchTimeouts timeouts;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Counter bytes;
    private final Map<String, Counter> outcomes = new ConcurrentHashMap<>();
    private final AtomicInteger requestsInFlight;

    public NodeClient(FetchTimeouts timeouts, MeterRegistry meters, Clock clock) {
        this.clock = clock;
        this.timeouts = timeouts;
        this.meters = meters;
        this.bytes = Counter.builder("freshet.push.bytes")
                .description("Bytes of bodies read from nodes")
                .baseUnit("bytes")
                .register(meters);
        this.requestsInFlight = requireNonNull(meters.gauge("freshet.push.in.flight", new AtomicInteger()));
        this.http = new KeepAliveClient(timeouts.connect(), timeouts.idle(), timeouts.total());
    }

    /**
     * Gets an object through a node, and passes its body on as it arrives.
     *
     * @param headers of the wanted variant
     * @param sink receives the response, unless it is an error
     * @throws InterruptedException if the calling thread is interrupted; the connection is closed then
     */
    public FetchOutcome get(Node node, PublicUrl url, Map<String, String> headers, ReadThrottle throttle, BodySink sink)
            throws InterruptedException {
        byte[] request = GetRequest.encode(node, url, headers);
        requestsInFlight.incrementAndGet();
        try {
            FetchOutcome outcome = send(node, request, throttle, sink);
            count(outcome);
            return outcome;
        } finally {
            requestsInFlight.decrementAndGet();
        }
    }

    private void count(FetchOutcome outcome) {
        outcomes.computeIfAbsent(outcome.name(), name -> meters.counter("freshet.push.requests", "outcome", name))
                .increment();
    }

    private FetchOutcome send(Node node, byte[] request, ReadThrottle throttle, BodySink sink)
            throws InterruptedException {
        try (Exchange exchange = http.send(node.address(), request)) {
            ResponseKind kind = ResponseKind.of(exchange.header().status());
            return kind.isError() ? error(node, exchange, kind) : read(node, exchange, kind, throttle, sink);
        } catch (IOException e) {
            throwIfInterrupted();
            return failed(e);
        }
    }

    private FetchOutcome read(Node node, Exchange exchange, ResponseKind kind, ReadThrottle throttle, BodySink sink)
            throws InterruptedException {
        HeaderSection header = exchange.header();
        sink.start(header.status(), header::value);
        Body body = new Body(exchange, throttle, sink);
        try {
            exchange.readBody(body::received);
        } catch (IOException e) {
            // Among others, less came than Content-Length or the last chunk promised.
            throwIfInterrupted();
            return new Retryable(isTooLong(e) ? tooLong() : "the body broke off after " + body.length + " bytes", null);
        }
        return fetched(header.status(), kind, stored(node, header), body.length);
    }

    /** Counts a body, and passes it on to its sink. */
    private final class Body {

        private final Exchange exchange;
        private final ReadThrottle throttle;
        private final BodySink sink;
        private final boolean taken;
        private byte[] copy = {};
        private long length;

        Body(Exchange exchange, ReadThrottle throttle, BodySink sink) {
            this.exchange = exchange;
            this.throttle = throttle;
            this.sink = sink;
            this.taken = sink.takesBody();
        }

        void received(ByteBuffer part) throws InterruptedException {
            int count = part.remaining();
            length += count;
            bytes.increment(count);
            if (taken) {
                copy = copy.length < count ? new byte[count] : copy;
                part.get(copy, 0, count);
                sink.write(copy, 0, count);
            }
            exchange.extendDeadline(throttle.taken(count));
        }
    }

    /** Whether the node says that it stored the response. */
    private enum Storage {
        STORED,
        NOT_STORED,
        UNKNOWN
    }

    /** Another server than Freshet's Varnish passes on whatever an origin says. */
    private static Storage stored(Node node, HeaderSection header) {
        String kept = node.driver() instanceof Driver.Varnish ? header.value(STORED) : null;
        return "yes".equals(kept) ? Storage.STORED : "no".equals(kept) ? Storage.NOT_STORED : Storage.UNKNOWN;
    }

    private static FetchOutcome fetched(int status, ResponseKind kind, Storage storage, long count) {
        if (storage == Storage.NOT_STORED) {
            return new NotStored("answered " + status + ", but the node did not store it");
        }
        if (storage == Storage.UNKNOWN && kind == ResponseKind.TEMPORARY_REDIRECT) {
            return new Rejected("origin answered " + status);
        }
        return new Fetched(count, storage == Storage.STORED, remark(status, kind, storage));
    }

    private static @Nullable String remark(int status, ResponseKind kind, Storage storage) {
        if (status == 200) {
            return null;
        }
        String what = kind.isRedirect() ? "a redirect" : status == 204 ? "an empty response" : "a response";
        return (storage == Storage.STORED ? "kept " : "fetched ") + what + " (" + status + ')';
    }

    private FetchOutcome error(Node node, Exchange exchange, ResponseKind kind) throws InterruptedException {
        HeaderSection header = exchange.header();
        String answer = "answered " + header.status()
                + (stored(node, header) == Storage.STORED ? ", and the node keeps this error" : "");
        readShort(exchange);
        return kind == ResponseKind.TEMPORARY_ERROR
                ? new Retryable(
                        answer,
                        RetryAfter.parse(header.value("Retry-After"), clock.instant())
                                .orElse(null),
                        header.status())
                : new Rejected("origin " + answer);
    }

    private static void readShort(Exchange exchange) throws InterruptedException {
        long length = exchange.header().contentLength();
        if (length >= 0 && length <= MAX_ERROR_BODY) {
            try {
                exchange.readBody(_ -> {});
            } catch (IOException e) {
                // The status has come, and says enough.
                throwIfInterrupted();
            }
        }
    }

    private FetchOutcome failed(IOException e) {
        return switch (e) {
            case ExchangeTimeoutException _ ->
                new Retryable(
                        isTooLong(e)
                                ? tooLong()
                                : "no answer for " + timeouts.idle().toSeconds() + " s",
                        null);
            case ConnectTimeoutException _ -> new NoConnection("connecting timed out");
            case ConnectException _ -> new NoConnection("connection refused");
            case NoRouteToHostException _ -> new NoConnection("no route to host");
            case UnknownHostException _ -> new NoConnection("host name unknown");
            case ProtocolException _ -> new Retryable("the answer is not valid HTTP", null);
            default -> new Retryable("the connection broke before the answer", null);
        };
    }

    private static boolean isTooLong(IOException e) {
        return e instanceof ExchangeTimeoutException timeout && timeout.limit() == Limit.TOTAL;
    }

    private String tooLong() {
        return "not done after " + timeouts.total().toSeconds() + " s";
    }

    /** An interrupt closes the connection, which then looks like any other broken one. */
    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
