package io.freshet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.freshet.task.storage.ConnectionPools;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;

/** The service with a database that it reaches by TLS, with the settings of docs/operations.md. */
@EmbeddedKafka(
        partitions = 1,
        topics = {})
class SecuredDatabaseTest {

    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir
    Path folder;

    @Test
    void every_connection_is_encrypted_and_the_certificate_is_checked(EmbeddedKafkaBroker broker) throws Exception {
        Path certificate = certificate("database");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", certificate.toString())
                .setServerConfig("ssl_key_file", folder.resolve("database.key").toString())
                .start()) {
            String url = "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres?sslmode=verify-full";
            try (ConfigurableApplicationContext service = start(broker, url + "&sslrootcert=" + certificate)) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> new Service(service.getEnvironment())
                                        .get("/quotas?account=demo")
                                        .status()
                                == 200);
                ConnectionPools pools = service.getBean(ConnectionPools.class);
                assertThat(encrypted(JdbcClient.create(service.getBean(HikariDataSource.class))))
                        .isTrue();
                assertThat(encrypted(pools.admissions())).isTrue();
                assertThat(encrypted(JdbcClient.create(pools.queries()))).isTrue();
                assertThat(pools.admissions()
                                .sql("select count(*) from pg_stat_ssl s join pg_stat_activity a using (pid)"
                                        + " where a.application_name = 'task-service' and not s.ssl")
                                .query(Integer.class)
                                .single())
                        .isZero();
            }
            Path other = certificate("other");
            assertThatThrownBy(() -> DriverManager.getConnection(url + "&sslrootcert=" + other, "postgres", "postgres"))
                    .hasMessageContaining("SSL error");
        }
    }

    private static boolean encrypted(JdbcClient jdbc) {
        return jdbc.sql("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
                .query(Boolean.class)
                .single();
    }

    private static ConfigurableApplicationContext start(EmbeddedKafkaBroker broker, String url) {
        return TaskService.builder()
                .run(
                        "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
                        "--spring.datasource.url=" + url,
                        "--spring.datasource.username=postgres",
                        "--spring.datasource.password=postgres",
                        "--server.port=0",
                        "--management.server.port=0",
                        "--freshet.topics.partitions=1");
    }

    /** Makes a certificate for localhost, with its key beside it, and returns its path. */
    private Path certificate(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Path key = pem(name + ".key", "PRIVATE KEY", keys.getKey(name, PASSWORD).getEncoded());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        return pem(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded());
    }

    private Path pem(String file, String type, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                folder.resolve(file),
                "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
