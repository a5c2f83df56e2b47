package io.freshet.purge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server with a certificate for {@code localhost} that this JVM trusts. */
class TlsConnectionTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path folder;

    private static SSLContext before;
    private static SSLContext trusting;

    @BeforeAll
    static void trust_a_new_certificate() throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD),
                        "-alias",
                        "node",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost")
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("node", keys.getCertificate("node"));
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(keys, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        before = SSLContext.getDefault();
        SSLContext.setDefault(trusting);
    }

    @AfterAll
    static void trust_as_before() {
        SSLContext.setDefault(before);
    }

    @Test
    void pipelining_over_tls_works_and_a_slow_response_delays_no_other() throws IOException {
        CountDownLatch fetchEnds = new CountDownLatch(1);
        ScriptedServer.Script script = (line, out, _) -> {
            if (line.contains("/slow")) {
                fetchEnds.await();
            }
            out.write(("HTTP/1.1 200 OK\r\nX-A: " + line.split(" ")[1] + "\r\nContent-Length: 0\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        };
        try (ScriptedServer server = new ScriptedServer(script, listener());
                PipelinedHttpConnection connection = connection("localhost", server.port())) {
            List<@Nullable String> identities = new ArrayList<>();
            List<Integer> stalled = new ArrayList<>();
            PipelineHandler handler = new PipelineHandler() {
                @Override
                public void onResponse(ResponseHead response) {
                    identities.add(response.headers().get("x-a"));
                }

                @Override
                public boolean onStall() {
                    stalled.add(identities.size());
                    fetchEnds.countDown();
                    return true;
                }

                @Override
                public List<byte[]> nextRequests(int maxRequests, int maxBytes) {
                    return List.of();
                }
            };
            List<String> paths = IntStream.range(0, 50).mapToObj(i -> "/" + i).toList();
            connection.exchange(requests(paths), handler);
            connection.exchange(requests(paths), handler);
            assertThat(identities).hasSize(100).startsWith("/0", "/1").endsWith("/48", "/49");
            assertThat(server.connectionsAccepted()).isEqualTo(1);
            connection.exchange(requests(List.of("/a", "/slow", "/b")), handler);
            assertThat(stalled).containsExactly(101);
            assertThat(identities).hasSize(102).endsWith("/a", "/slow");
        }
    }

    @Test
    void certificate_of_another_name_or_unknown_issuer_is_refused() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying("HTTP/1.1 200 OK\r\n\r\n"), listener())) {
            try (PipelinedHttpConnection connection = connection("127.0.0.1", server.port())) {
                assertThatThrownBy(() -> connection.send(request("/"))).isInstanceOf(SSLException.class);
            }
            SSLContext.setDefault(before);
            try (PipelinedHttpConnection connection = connection("localhost", server.port())) {
                assertThatThrownBy(() -> connection.send(request("/"))).isInstanceOf(SSLException.class);
            } finally {
                SSLContext.setDefault(trusting);
            }
            assertThat(server.purges()).isEmpty();
        }
    }

    private static ServerSocket listener() throws IOException {
        return trusting.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static PipelinedHttpConnection connection(String host, int port) {
        Duration stallTimeout = Duration.ofMillis(300);
        return new PipelinedHttpConnection(
                new HttpEndpoint(host, port, true),
                List.of("x-a"),
                new PipelineLimits(64, Duration.ofSeconds(5), Duration.ofSeconds(30), stallTimeout),
                new ReadPacer(stallTimeout));
    }

    private static List<byte[]> requests(List<String> paths) {
        return paths.stream().map(TlsConnectionTest::request).toList();
    }

    private static byte[] request(String path) {
        return ("PURGE " + path + " HTTP/1.1\r\nHost: a.test\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
