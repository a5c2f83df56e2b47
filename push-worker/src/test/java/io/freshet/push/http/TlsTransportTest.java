package io.freshet.push.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server with a certificate for {@code localhost} that this JVM trusts. */
class TlsTransportTest {

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final int SIZE = 3_000_000;

    @TempDir
    private static Path folder;

    private static final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
    private static SSLContext before;
    private static HttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        SSLContext trusting = context(keys());
        before = SSLContext.getDefault();
        SSLContext.setDefault(trusting);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(trusting));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            clients.add(exchange.getRemoteAddress());
            exchange.sendResponseHeaders(200, SIZE);
            exchange.getResponseBody().write(new byte[SIZE]);
            exchange.close();
        });
        server.start();
    }

    private static KeyStore keys() throws Exception {
        Path store = folder.resolve("keys.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder((keytool + " -genkeypair -keystore " + store + " -storepass changeit"
                                + " -alias node -keyalg EC -dname CN=localhost -ext SAN=dns:localhost")
                        .split(" "))
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static SSLContext context(KeyStore keys) throws Exception {
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(keys, PASSWORD);
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("node", keys.getCertificate("node"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    @AfterAll
    static void stop() {
        SSLContext.setDefault(before);
        server.stop(0);
    }

    @Test
    void body_is_read_over_tls_and_the_connection_kept() throws Exception {
        try (KeepAliveClient client = client()) {
            assertThat(get(client, "localhost")).isEqualTo(SIZE);
            assertThat(get(client, "localhost")).isEqualTo(SIZE);
        }
        assertThat(clients).hasSize(1);
    }

    @Test
    void certificate_for_another_host_is_refused() {
        try (KeepAliveClient client = client()) {
            assertThatThrownBy(() -> get(client, "127.0.0.1")).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void server_that_does_not_negotiate_is_left_after_the_connect_timeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                KeepAliveClient client =
                        new KeepAliveClient(Duration.ofMillis(200), Duration.ofMinutes(1), Duration.ofMinutes(1))) {
            URI address = URI.create("https://localhost:" + silent.getLocalPort());
            assertThatThrownBy(() -> client.send(address, request())).isInstanceOf(ConnectTimeoutException.class);
        }
    }

    private static KeepAliveClient client() {
        return new KeepAliveClient(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    private static byte[] request() {
        return "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1);
    }

    private static long get(KeepAliveClient client, String host) throws IOException, InterruptedException {
        URI address = URI.create("https://" + host + ":" + server.getAddress().getPort());
        AtomicLong count = new AtomicLong();
        try (Exchange exchange = client.send(address, request())) {
            exchange.readBody(bytes -> count.addAndGet(bytes.remaining()));
        }
        return count.get();
    }
}
