package io.freshet.gateway.aliyun;

import io.freshet.fleet.AccessKeys;
import io.freshet.gateway.problem.BareRefusals;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * The port of its own. It takes request lines of a length that no other port should, and serves nothing else. Where no account has an access key
 * it is not opened, since nobody could use it.
 */
@Component
public class AliyunServer implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(AliyunServer.class);

    private final AliyunProperties properties;
    private final AliyunHandler front;
    private final ConnectionLimit connections;
    private final boolean usable;
    /** Of the native port; null for all there are. */
    private final @Nullable InetAddress address;

    private final Duration patience;
    private volatile @Nullable DisposableServer server;

    AliyunServer(
            AliyunProperties properties,
            AliyunHandler front,
            ConnectionLimit connections,
            AccessKeys keys,
            ServerProperties nativePort,
            @Value("${spring.lifecycle.timeout-per-shutdown-phase:10s}") Duration patience) {
        this.properties = properties;
        this.front = front;
        this.connections = connections;
        this.usable = !keys.isEmpty();
        this.address = nativePort.getAddress();
        this.patience = patience;
    }

    @Override
    public void start() {
        Integer port = properties.port();
        if (port == null || !usable) {
            log.info(
                    "the vendor-compatible API is off: {}",
                    port == null ? "no port is set" : "no account has an access key");
            return;
        }
        server = explained(HttpServer.create()
                        .bindAddress(() -> new InetSocketAddress(address, port))
                        .idleTimeout(properties.idleTimeout())
                        .httpRequestDecoder(decoder -> decoder.maxInitialLineLength(
                                (int) properties.maxRequest().toBytes()))
                        .doOnChannelInit((_, channel, _) -> connections.count(channel))
                        .handle(front::handle))
                .bindNow();
        log.info("the vendor-compatible API listens on port {}", port());
    }

    private HttpServer explained(HttpServer bare) {
        return BareRefusals.explained(bare, AliyunHandler.MEDIA_TYPE, this::refusal);
    }

    /** Of a request of which not even the host could be read. */
    private byte[] refusal(int status) {
        return status == AliyunErrorCode.REQUEST_TOO_LONG.status()
                ? AliyunHandler.json(
                        AliyunErrorCode.REQUEST_TOO_LONG,
                        "The request line is longer than "
                                + properties.maxRequest().toBytes() + " bytes.",
                        "")
                : AliyunHandler.json(AliyunErrorCode.INVALID_PARAMETER, "The request is no HTTP that can be read.", "");
    }

    /** Where it listens; -1 for nowhere. */
    public int port() {
        DisposableServer running = server;
        return running == null ? -1 : running.port();
    }

    /** Requests in work are ended first. */
    @Override
    public void stop() {
        DisposableServer running = server;
        if (running != null) {
            running.disposeNow(patience);
            server = null;
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }
}
