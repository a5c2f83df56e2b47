package io.freshet.push.fetch;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.push.fetch.FetchOutcome.Fetched;
import io.freshet.push.fetch.FetchOutcome.NoConnection;
import io.freshet.push.fetch.FetchOutcome.NotStored;
import io.freshet.push.fetch.FetchOutcome.Rejected;
import io.freshet.push.fetch.FetchOutcome.Retryable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * HTTP client that fetches objects through nodes as their clients do: with the public authority as {@code Host}, and
 * connected to the node's address only. It follows no redirects, keeps no cookies, and neither decodes nor retries.
 */
public final class NodeClient implements AutoCloseable {

    /** Asks Freshet's VCL for a fresh copy, and for {@link #STORED}. */
    private static final String PUSH = "Freshet-Push";
    /** The token of the Varnish, without which its VCL ignores {@link #PUSH}. */
    private static final String TOKEN = "Freshet-Token";
    /** Response header: whether the node stored the object, {@code yes} or {@code no}; absent if unknown. */
    private static final String STORED = "Freshet-Stored";

    private static final int BUFFER = 16 * 1024;
    /** Longest error body that is read, in bytes, so that its connection can be reused. */
    private static final int MAX_ERROR_BODY = 64 * 1024;
    /** Backstop; the limits of the domains bound the connections. */
    private static final int MAX_CONNECTIONS = 10_000;
    /** Caches close idle connections after some seconds; one that was idle this long is looked at before it is used. */
    private static final TimeValue LOOK_AFTER = TimeValue.ofMilliseconds(200);

    private static final TimeValue IDLE_CONNECTION = TimeValue.ofSeconds(5);

    private final CloseableHttpClient http;
    private final FetchTimeouts timeouts;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Counter bytes;
    private final AtomicInteger requestsInFlight;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("push-deadlines").daemon().factory());

    public NodeClient(FetchTimeouts timeouts, MeterRegistry meters, Clock clock) {
        this.clock = clock;
        this.timeouts = timeouts;
        this.meters = meters;
        this.bytes = Counter.builder("freshet.push.bytes")
                .description("Bytes of bodies read from nodes")
                .baseUnit("bytes")
                .register(meters);
        this.requestsInFlight = meters.gauge("freshet.push.in.flight", new AtomicInteger());
        this.http = client(timeouts);
    }

    private static CloseableHttpClient client(FetchTimeouts timeouts) {
        ConnectionConfig connections = ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(timeouts.connect()))
                .setSocketTimeout(Timeout.of(timeouts.idle()))
                .setValidateAfterInactivity(LOOK_AFTER)
                .setIdleTimeout(Timeout.of(IDLE_CONNECTION.toDuration()))
                .build();
        RequestConfig requests = RequestConfig.custom()
                .setResponseTimeout(Timeout.of(timeouts.idle()))
                // Varnish makes a pipe of a request that wants to be upgraded, and keeps nothing of it.
                .setProtocolUpgradeEnabled(false)
                .build();
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDefaultConnectionConfig(connections)
                        .setMaxConnPerRoute(MAX_CONNECTIONS)
                        .setMaxConnTotal(MAX_CONNECTIONS)
                        .build())
                .setDefaultRequestConfig(requests)
                .setUserAgent("Freshet")
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableAuthCaching()
                .evictIdleConnections(IDLE_CONNECTION)
                .build();
    }

    /**
     * Gets an object through a node, reads its body to the end and forgets it.
     *
     * @param headers of the wanted variant
     * @throws InterruptedException if the calling thread is interrupted; the connection is closed then
     */
    public FetchOutcome get(Node node, PublicUrl url, Map<String, String> headers, ReadThrottle pace)
            throws InterruptedException {
        HttpUriRequestBase request = request(node, url, headers);
        requestsInFlight.incrementAndGet();
        try (FetchDeadline deadline = new FetchDeadline(timer, timeouts.total(), request::cancel)) {
            FetchOutcome outcome = ask(node, request, pace, deadline);
            meters.counter("freshet.push.requests", "outcome", outcome.name()).increment();
            return outcome;
        } finally {
            requestsInFlight.decrementAndGet();
        }
    }

    private static HttpUriRequestBase request(Node node, PublicUrl url, Map<String, String> headers) {
        HttpUriRequestBase request = new HttpGet(URI.create("/"));
        // Not as a URI: what is in it goes out byte for byte, also what java.net.URI does not like.
        request.setPath(url.target());
        headers.forEach(request::setHeader);
        request.setHeader(HttpHeaders.HOST, url.authority());
        request.setHeader("X-Forwarded-Proto", url.scheme());
        if (node.driver() instanceof Driver.Varnish(String _, String token)) {
            request.setHeader(PUSH, "1");
            request.setHeader(TOKEN, token);
        }
        return request;
    }

    private FetchOutcome ask(Node node, HttpUriRequestBase request, ReadThrottle pace, FetchDeadline deadline)
            throws InterruptedException {
        URI address = node.address();
        HttpHost target = new HttpHost(address.getScheme(), address.getHost(), address.getPort());
        ClassicHttpResponse response;
        try {
            response = http.executeOpen(target, request, HttpClientContext.create());
        } catch (IOException e) {
            throwIfInterrupted();
            return failed(e, deadline);
        }
        try {
            ResponseKind kind = ResponseKind.of(response.getCode());
            return kind.isError() ? error(node, response, kind) : read(node, response, kind, pace, deadline);
        } finally {
            // Closes the connection, unless the body was read to its end.
            Closer.closeQuietly(response);
        }
    }

    private FetchOutcome read(
            Node node, ClassicHttpResponse response, ResponseKind kind, ReadThrottle pace, FetchDeadline deadline)
            throws InterruptedException {
        long count = 0;
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            byte[] buffer = new byte[BUFFER];
            try {
                InputStream body = entity.getContent();
                for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                    count += n;
                    bytes.increment(n);
                    deadline.extend(pace.taken(n));
                }
            } catch (IOException e) {
                // Among others, what the client throws when less came than Content-Length or the last chunk promised.
                throwIfInterrupted();
                String reason = deadline.expired() ? tooLong() : "the body broke off after " + count + " bytes";
                return new Retryable(reason, null);
            }
        }
        return fetched(response.getCode(), kind, stored(node, response), count);
    }

    /** Whether the node says that it stored the response. */
    private enum Storage {
        STORED,
        NOT_STORED,
        UNKNOWN
    }

    /** Another server than Freshet's Varnish passes on whatever an origin says. */
    private static Storage stored(Node node, ClassicHttpResponse response) {
        String kept = node.driver() instanceof Driver.Varnish ? header(response, STORED) : null;
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
        if (status == HttpStatus.SC_OK) {
            return null;
        }
        String what = kind.isRedirect()
                ? "a redirect"
                : status == HttpStatus.SC_NO_CONTENT ? "an empty response" : "a response";
        return (storage == Storage.STORED ? "kept " : "fetched ") + what + " (" + status + ')';
    }

    private FetchOutcome error(Node node, ClassicHttpResponse response, ResponseKind kind) throws InterruptedException {
        readShort(response.getEntity());
        String answer = "answered " + response.getCode()
                + (stored(node, response) == Storage.STORED ? ", and the node keeps this error" : "");
        return kind == ResponseKind.TEMPORARY_ERROR
                ? new Retryable(
                        answer,
                        RetryAfter.parse(header(response, HttpHeaders.RETRY_AFTER), clock.instant())
                                .orElse(null))
                : new Rejected("origin " + answer);
    }

    private FetchOutcome failed(IOException e, FetchDeadline deadline) {
        if (deadline.expired()) {
            return new Retryable(tooLong(), null);
        }
        return switch (e) {
            case ConnectTimeoutException _ -> new NoConnection("connecting timed out");
            case ConnectException _ -> new NoConnection("connection refused");
            case NoRouteToHostException _ -> new NoConnection("no route to host");
            case UnknownHostException _ -> new NoConnection("host name unknown");
            case SocketTimeoutException _ ->
                new Retryable("no answer for " + timeouts.idle().toSeconds() + " s", null);
            default -> new Retryable("the connection broke before the answer", null);
        };
    }

    private String tooLong() {
        return "not done after " + timeouts.total().toSeconds() + " s";
    }

    private static void readShort(@Nullable HttpEntity entity) throws InterruptedException {
        if (entity != null && entity.getContentLength() >= 0 && entity.getContentLength() <= MAX_ERROR_BODY) {
            try {
                EntityUtils.consume(entity);
            } catch (IOException e) {
                // The status has come, and says enough.
                throwIfInterrupted();
            }
        }
    }

    /** An interrupt closes the socket of a virtual thread, which then looks like any other broken connection. */
    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static @Nullable String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        http.close();
    }
}
