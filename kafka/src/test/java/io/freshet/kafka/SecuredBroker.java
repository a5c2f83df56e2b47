package io.freshet.kafka;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A broker that its clients reach by SASL_SSL with a password, or by TLS with a certificate of their own. */
final class SecuredBroker implements AutoCloseable {

    static final String PASSWORD = "secret-of-the-stores";
    static final String USER = "freshet";
    static final String USER_PASSWORD = "secret-of-freshet";

    private static final int NODE = 1;

    final int saslPort = freePort();
    final int mutualTlsPort = freePort();
    private final Path folder;
    private final KafkaRaftServer server;

    SecuredBroker(Path folder) throws Exception {
        this.folder = folder;
        keyStore("broker");
        keyStore("client");
        trust("client-trust", "broker");
        trust("broker-trust", "client");
        format();
        server = new KafkaRaftServer(new KafkaConfig(settings(freePort(), freePort()), false), Time.SYSTEM);
        server.startup();
    }

    /** Returns the path of a PKCS12 store: {@code client}, or {@code client-trust} with the broker's certificate. */
    String store(String name) {
        return folder.resolve(name + ".p12").toString();
    }

    private void keyStore(String name) throws Exception {
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=dns:localhost",
                "-keystore",
                store(name));
        keytool("-exportcert", "-alias", name, "-keystore", store(name), "-file", certificate(name));
    }

    private void trust(String name, String trusted) throws Exception {
        keytool("-importcert", "-noprompt", "-alias", trusted, "-keystore", store(name), "-file", certificate(trusted));
    }

    private String certificate(String name) {
        return folder.resolve(name + ".crt").toString();
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("keytool: " + output);
        }
    }

    private void format() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(data.toString())
                .addDirectory(data.toString())
                .run();
    }

    private Map<String, String> settings(int internalPort, int controllerPort) {
        String listeners = "INTERNAL://localhost:" + internalPort + ",SASL://localhost:" + saslPort
                + ",MTLS://localhost:" + mutualTlsPort;
        return Map.ofEntries(
                entry("process.roles", "broker,controller"),
                entry("node.id", Integer.toString(NODE)),
                entry("log.dirs", folder.resolve("data").toString()),
                entry("listeners", listeners + ",CONTROLLER://localhost:" + controllerPort),
                entry("advertised.listeners", listeners),
                entry("inter.broker.listener.name", "INTERNAL"),
                entry("controller.listener.names", "CONTROLLER"),
                entry("controller.quorum.voters", NODE + "@localhost:" + controllerPort),
                entry(
                        "listener.security.protocol.map",
                        "INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_SSL,MTLS:SSL"),
                entry("sasl.enabled.mechanisms", "PLAIN"),
                entry(
                        "listener.name.sasl.plain.sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=\"%s\";"
                                .formatted(USER, USER_PASSWORD)),
                entry("ssl.keystore.location", store("broker")),
                entry("ssl.keystore.password", PASSWORD),
                entry("ssl.keystore.type", "PKCS12"),
                entry("ssl.key.password", PASSWORD),
                entry("ssl.truststore.location", store("broker-trust")),
                entry("ssl.truststore.password", PASSWORD),
                entry("ssl.truststore.type", "PKCS12"),
                entry("listener.name.mtls.ssl.client.auth", "required"),
                entry("offsets.topic.num.partitions", "1"),
                entry("offsets.topic.replication.factor", "1"),
                entry("transaction.state.log.num.partitions", "1"),
                entry("transaction.state.log.replication.factor", "1"),
                entry("transaction.state.log.min.isr", "1"),
                entry("group.initial.rebalance.delay.ms", "0"),
                entry("log.cleaner.dedupe.buffer.size", "2097152"));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
