package io.freshet.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS of both ports, with certificates made by keytool. */
class TlsTest {

    private static final String PASSWORD = "only-for-this-test";

    @TempDir
    Path directory;

    @Test
    void both_ports_serve_tls_and_reload_a_renewed_certificate() throws Exception {
        Path keystore = directory.resolve("gateway.p12");
        Files.copy(certificate("first"), keystore);
        try (TaskServiceContract taskService = new TaskServiceContract();
                Gateway gateway = Gateway.start("localhost:1", taskService.url(), settings(keystore))) {
            List<Integer> ports = List.of(gateway.port(), gateway.aliyunPort());
            for (int port : ports) {
                assertThat(subject(port)).isEqualTo("CN=first");
            }
            Files.move(certificate("second"), keystore, StandardCopyOption.REPLACE_EXISTING);
            for (int port : ports) {
                Awaitility.await().untilAsserted(() -> assertThat(subject(port)).isEqualTo("CN=second"));
            }
        }
    }

    private static Map<String, String> settings(Path keystore) {
        return Map.of(
                "spring.ssl.bundle.jks.gateway.keystore.location",
                        keystore.toUri().toString(),
                "spring.ssl.bundle.jks.gateway.keystore.password", PASSWORD,
                "spring.ssl.bundle.jks.gateway.reload-on-update", "true",
                "spring.ssl.bundle.watch.file.quiet-period", "100ms",
                "server.ssl.bundle", "gateway");
    }

    private Path certificate(String name) throws IOException, InterruptedException {
        Path file = directory.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "gateway",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-validity",
                        "2",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        return file;
    }

    /** Returns the subject of the port's certificate, after an answer over TLS. */
    private static String subject(int port) throws IOException, GeneralSecurityException {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustsAll()}, null);
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("GET /v1/nodes HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
            assertThat(new String(socket.getInputStream().readNBytes(10))).isEqualTo("HTTP/1.1 4");
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        }
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
