package io.freshet.gateway.connection;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import javax.net.ssl.KeyManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.SslProvider;

/**
 * TLS of a port by a Spring Boot SSL bundle. Connections that are made after the bundle has been reloaded use its new
 * certificate. Spring Boot's own customizer does the same, but only for the main port.
 */
public final class ReloadableTls {

    private static final Logger log = LoggerFactory.getLogger(ReloadableTls.class);

    private final ClientAuth clientAuth;
    private volatile SslProvider current;

    private ReloadableTls(SslBundle bundle, ClientAuth clientAuth) {
        this.clientAuth = clientAuth;
        this.current = provider(bundle);
    }

    /**
     * Returns the server with TLS.
     *
     * @throws org.springframework.boot.ssl.NoSuchSslBundleException if there is no bundle of this name
     */
    public static HttpServer addTo(HttpServer server, SslBundles bundles, String name, ClientAuth clientAuth) {
        ReloadableTls tls = new ReloadableTls(bundles.getBundle(name), clientAuth);
        bundles.addBundleUpdateHandler(name, tls::reload);
        return server.secure(spec -> spec.sslContext(tls.current.getSslContext())
                .setSniAsyncMappings((_, promise) -> promise.setSuccess(tls.current)));
    }

    private void reload(SslBundle bundle) {
        current = provider(bundle);
        log.info("the TLS certificate has been reloaded");
    }

    private SslProvider provider(SslBundle bundle) {
        KeyManagerFactory keys = bundle.getManagers().getKeyManagerFactory();
        return SslProvider.builder()
                .sslContext(Http11SslContextSpec.forServer(keys).configure(builder -> configure(builder, bundle)))
                .build();
    }

    private void configure(SslContextBuilder builder, SslBundle bundle) {
        SslOptions options = bundle.getOptions();
        builder.trustManager(bundle.getManagers().getTrustManagerFactory())
                .protocols(options.getEnabledProtocols())
                .ciphers(SslOptions.asSet(options.getCiphers()))
                .clientAuth(clientAuth);
    }
}
