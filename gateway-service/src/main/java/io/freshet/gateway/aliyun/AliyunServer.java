package io.freshet.gateway.aliyun;

import io.freshet.fleet.account.AccessKeys;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.problem.DecoderErrorResponses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
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
    private final ConnectionLimiter connectionLimiter;
    private final boolean hasAccessKeys;
    /** Address of the main port; null for all addresses. */
    private final @Nullable InetAddress address;

    private final Duration shutdownTimeout;
    private volatile @Nullable DisposableServer server;

    AliyunServer(
            AliyunProperties properties,
            AliyunHandler handler,
            ConnectionLimiter connectionLimiter,
            AccessKeys keys,
            ServerProperties mainServer,
            LifecycleProperties lifecycle) {
        this.properties = properties;
        this.handler = handler;
        this.connectionLimiter = connectionLimiter;
        this.hasAccessKeys = !keys.isEmpty();
        this.address = mainServer.getAddress();
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
        server = withErrorBodies(HttpServer.create()
                        .bindAddress(() -> new InetSocketAddress(address, properties.port()))
                        .idleTimeout(properties.idleTimeout())
                        .httpRequestDecoder(decoder -> decoder.maxInitialLineLength(
                                (int) properties.maxRequestSize().toBytes()))
                        .doOnChannelInit((_, channel, _) -> connectionLimiter.accept(channel))
                        .handle(handler::handle))
                .bindNow();
        log.info("the Aliyun-compatible API listens on port {}", port());
    }

    private HttpServer withErrorBodies(HttpServer server) {
        return DecoderErrorResponses.addTo(server, AliyunHandler.MEDIA_TYPE, this::decoderError);
    }

    /** Returns the body for a request that Netty cannot decode, so that its host is unknown. */
    private byte[] decoderError(int status) {
        return status == AliyunErrorCode.REQUEST_TOO_LONG.status()
                ? AliyunHandler.json(
                        AliyunErrorCode.REQUEST_TOO_LONG,
                        "The request line is longer than "
                                + properties.maxRequestSize().toBytes() + " bytes.",
                        "")
                : AliyunHandler.json(AliyunErrorCode.INVALID_PARAMETER, "The request is not valid HTTP.", "");
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
