package io.freshet.quickstart.embedded;

import static java.util.Map.entry;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** Kafka broker and controller in one, on the loopback address. */
public final class Broker implements AutoCloseable {

    private static final String CONTROLLER = "CONTROLLER";
    private static final int NODE = 1;

    private final KafkaRaftServer server;
    private final int port;

    private Broker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts the broker and waits until it is ready.
     *
     * @param folder data folder, created if it is missing
     * @param controllerPort port of the controller, which only the broker uses
     */
    public static Broker start(Path folder, int port, int controllerPort) {
        if (Files.notExists(folder.resolve("meta.properties"))) {
            format(folder);
        }
        KafkaRaftServer server =
                new KafkaRaftServer(new KafkaConfig(settings(folder, port, controllerPort), false), Time.SYSTEM);
        server.startup();
        return new Broker(server, port);
    }

    private static void format(Path folder) {
        try {
            Files.createDirectories(folder);
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE)
                    .setControllerListenerName(CONTROLLER)
                    .setMetadataLogDirectory(folder.toString())
                    .addDirectory(folder.toString())
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("cannot make the broker's folder " + folder, e);
        }
    }

    private static Map<String, String> settings(Path folder, int port, int controllerPort) {
        String listener = "PLAINTEXT://127.0.0.1:" + port;
        return Map.ofEntries(
                entry("process.roles", "broker,controller"),
                entry("node.id", Integer.toString(NODE)),
                entry("log.dirs", folder.toString()),
                entry("listeners", listener + ",CONTROLLER://127.0.0.1:" + controllerPort),
                entry("advertised.listeners", listener),
                entry("controller.listener.names", CONTROLLER),
                entry("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort),
                entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                entry("auto.create.topics.enable", "false"),
                entry("offsets.topic.num.partitions", "4"),
                entry("offsets.topic.replication.factor", "1"),
                entry("transaction.state.log.num.partitions", "4"),
                entry("transaction.state.log.replication.factor", "1"),
                entry("transaction.state.log.min.isr", "1"),
                entry("group.initial.rebalance.delay.ms", "0"),
                // After a kill the controller still has the broker's old session, which by default lasts 9 s.
                entry("broker.session.timeout.ms", "2500"),
                entry("broker.heartbeat.interval.ms", "500"),
                // 128 MB by default.
                entry("log.cleaner.dedupe.buffer.size", "2097152"),
                entry("log.index.size.max.bytes", "1048576"));
    }

    public String bootstrapServers() {
        return "localhost:" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
