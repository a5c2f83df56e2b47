package io.freshet.gateway.aliyun;

import io.freshet.fleet.watch.CurrentAccessKeys;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.connection.ConnectionProperties;
import io.freshet.gateway.connection.PortErrors;
import io.freshet.gateway.connection.PortGuard;
import io.freshet.gateway.connection.ReloadableTls;
import io.freshet.gateway.limit.SharedLimit;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.ClientAuth;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * HTTP server of the Aliyun-compatible API, on a port of its own because its request lines are longer than other ports
 * should accept. Without access keys it is not started.
 */
@Component
public class AliyunServer implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(AliyunServer.class);

    private final AliyunProperties properties;
    private final AliyunHandler handler;
    private final PortGuard guard;
    private final boolean hasAccessKeys;
    /** Address of the main port; null for all addresses. */
    private final @Nullable InetAddress address;

    /** TLS of the main port, which is that of this port too; null for none. */
    private final @Nullable Ssl ssl;

    private final SslBundles sslBundles;
    private final Duration shutdownTimeout;
    private volatile @Nullable DisposableServer server;

    AliyunServer(
            AliyunProperties properties,
            ConnectionProperties connections,
            AliyunHandler handler,
            CurrentAccessKeys keys,
            ServerProperties mainServer,
            SslBundles sslBundles,
            LifecycleProperties lifecycle,
            MeterRegistry meters) {
        this.properties = properties;
        this.handler = handler;
        this.guard = new PortGuard(
                "aliyun",
                new SharedLimit(properties.maxConnections(), properties.maxConnectionsPerAddress()),
                connections,
                new PortErrors(AliyunHandler.MEDIA_TYPE, this::error),
                meters);
        this.hasAccessKeys = !keys.get().isEmpty();
        this.address = mainServer.getAddress();
        this.ssl = mainServer.getSsl();
        this.sslBundles = sslBundles;
        this.shutdownTimeout = lifecycle.getTimeoutPerShutdownPhase();
    }

    @Override
    public void start() {
        if (properties.port() < 0 || !hasAccessKeys) {
            log.info(
                    "the Aliyun-compatible API is disabled: {}",
                    properties.port() < 0 ? "freshet.gateway.aliyun.port is negative" : "no account has an access key");
            return;
        }
        server = guard.addTo(withTls(HttpServer.create()
                        .bindAddress(() -> new InetSocketAddress(address, properties.port()))
                        .idleTimeout(properties.idleTimeout())
                        .httpRequestDecoder(decoder -> decoder.maxInitialLineLength(
                                (int) properties.maxRequestSize().toBytes()))
                        .handle(handler::handle)))
                .bindNow();
        log.info("the Aliyun-compatible API listens on port {}", port());
    }

    private HttpServer withTls(HttpServer plain) {
        if (ssl == null || !ssl.isEnabled()) {
            return plain;
        }
        String bundle = ssl.getBundle();
        if (bundle == null) {
            throw new IllegalStateException("server.ssl has no bundle. Set server.ssl.bundle, which serves both ports,"
                    + " or freshet.gateway.aliyun.port to -1");
        }
        ClientAuth clientAuth =
                Ssl.ClientAuth.map(ssl.getClientAuth(), ClientAuth.NONE, ClientAuth.OPTIONAL, ClientAuth.REQUIRE);
        return ReloadableTls.addTo(plain, sslBundles, bundle, clientAuth);
    }

    /** Returns the body for a request that has not been decoded, so that its host is unknown. */
    private byte[] error(int status) {
        return switch (status) {
            case 414 ->
                AliyunHandler.json(
                        AliyunErrorCode.REQUEST_TOO_LONG,
                        "The request line is longer than "
                                + properties.maxRequestSize().toBytes() + " bytes.",
                        "");
            case 503 ->
                AliyunHandler.json(
                        AliyunErrorCode.UNAVAILABLE,
                        "Too many connections are open, in total or from this address. Retry later.",
                        "");
            default -> AliyunHandler.json(AliyunErrorCode.INVALID_PARAMETER, "The request is not valid HTTP.", "");
        };
    }

    /** Returns the port; -1 if the server is not running. */
    public int port() {
        DisposableServer running = server;
        return running == null ? -1 : running.port();
    }

    /** Stops the server after the requests in progress have ended. */
    @Override
    public void stop() {
        DisposableServer running = server;
        if (running != null) {
            running.disposeNow(shutdownTimeout);
            server = null;
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }
}
