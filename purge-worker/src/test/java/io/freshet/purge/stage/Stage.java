package io.freshet.purge.stage;

import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeCursor;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.purge.PurgeWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * One broker, stand-in nodes with a journal, workers that are started and stopped, and all events that they publish.
 */
public final class Stage implements AutoCloseable {

    private static final AtomicLong IDS = new AtomicLong(System.nanoTime());
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    public final List<String> journal = new CopyOnWriteArrayList<>();
    public final List<Message> events = new CopyOnWriteArrayList<>();
    /** Keys of deleted events. */
    public final List<String> deleted = new CopyOnWriteArrayList<>();

    public final Admin admin;
    private final Path folder;
    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
    private final KafkaProducer<String, byte[]> producer;
    private final List<StandInNode> nodes = new ArrayList<>();
    private final Set<ConfigurableApplicationContext> workers = new HashSet<>();
    private final Map<ConfigurableApplicationContext, Path> fleets = new HashMap<>();
    private @Nullable Thread listener;
    private volatile boolean listening = true;

    public Stage(Path folder) {
        this.folder = folder;
        broker.brokerProperty("transaction.state.log.replication.factor", "1");
        broker.brokerProperty("transaction.state.log.min.isr", "1");
        broker.afterPropertiesSet();
        admin = Admin.create(Map.of("bootstrap.servers", broker.getBrokersAsString()));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.getBrokersAsString()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    // ---- nodes and workers

    public StandInNode node(String id) {
        StandInNode node = new StandInNode(id, journal);
        nodes.add(node);
        return node;
    }

    /** Returns the lines of a fleet file for one tier of Varnish nodes. */
    public static String tier(String name, StandInNode... nodes) {
        return tier(name, "varnish", nodes);
    }

    public static String tier(String name, String driver, StandInNode... nodes) {
        StringBuilder lines = new StringBuilder("    - name: " + name + "\n      nodes:\n");
        for (StandInNode node : nodes) {
            lines.append("        - { id: %s, address: \"http://127.0.0.1:%d\", driver: %s }\n"
                    .formatted(node.id(), node.port(), driver));
        }
        return lines.toString();
    }

    public ConfigurableApplicationContext worker(String tiers) {
        return worker(Clock.systemUTC(), tiers, Map.of());
    }

    public ConfigurableApplicationContext worker(Clock clock, String tiers, Map<String, String> settings) {
        Path fleet = fleet(tiers);
        Map<String, String> all = new HashMap<>(Map.of(
                "FRESHET_CONFIG", fleet.toString(),
                // As an argument: the newest broker of this process sets a system property.
                "spring.kafka.bootstrap-servers", broker.getBrokersAsString(),
                "server.port", "0",
                "freshet.topics.partitions", "1",
                "freshet.nodes.probe-interval", "100ms",
                "freshet.nodes.slow-timeout", "2s",
                "freshet.delivery.rebound-delay", "500ms",
                "freshet.delivery.stop-timeout", "2s",
                "freshet.delivery.cursor-interval", "200ms",
                "spring.main.banner-mode", "off"));
        all.put("freshet.configuration.poll-interval", "50ms");
        all.put("freshet.delivery.retire-after", "500ms");
        all.putAll(settings);
        String[] arguments = all.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + '=' + setting.getValue())
                .toArray(String[]::new);
        SpringApplicationBuilder application = PurgeWorker.builder()
                .initializers(context -> context.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {
                    @Override
                    public Object postProcessAfterInitialization(Object bean, String name) {
                        boolean isReplaced =
                                bean instanceof Clock || bean instanceof LongSupplier && clock instanceof LongSupplier;
                        return isReplaced ? clock : bean;
                    }
                }));
        ConfigurableApplicationContext worker = application.run(arguments);
        workers.add(worker);
        fleets.put(worker, fleet);
        if (listener == null) {
            listener = Thread.ofPlatform().start(this::listen);
        }
        return worker;
    }

    /** Replaces the fleet file of a running worker. */
    public void change(ConfigurableApplicationContext worker, String tiers) {
        try {
            Files.move(
                    fleet(tiers),
                    Objects.requireNonNull(fleets.get(worker)),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path fleet(String tiers) {
        try {
            return Files.writeString(folder.resolve("freshet-" + IDS.incrementAndGet() + ".yml"), """
                    freshet.fleet:
                      drivers:
                        varnish: { type: varnish, token: s3cret }
                        plain: { type: http }
                        plain-directories: { type: http, directory: { path-suffix: "*" } }
                        forgetful:
                          type: http
                          restart-token: { path: /start, pattern: "start [0-9]+", rewind: 5m }
                      tiers:
                    """ + tiers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void stop(ConfigurableApplicationContext worker) {
        workers.remove(worker);
        worker.close();
    }

    public void stopWorkers() {
        List.copyOf(workers).forEach(this::stop);
    }

    // ---- asking

    public static RefreshCommand refresh(String path) {
        return refresh(path, null);
    }

    public static RefreshCommand refresh(String path, @Nullable ThenPush thenPush) {
        return refresh(Selector.URL, path, thenPush);
    }

    public static RefreshCommand directory(String path, @Nullable ThenPush thenPush) {
        return refresh(Selector.DIRECTORY, path, thenPush);
    }

    private static RefreshCommand refresh(Selector selector, String path, @Nullable ThenPush thenPush) {
        return new RefreshCommand(
                new TaskId(IDS.incrementAndGet()),
                "acme",
                "www.example.com",
                selector,
                List.of("http://www.example.com" + path),
                false,
                Instant.now(),
                thenPush);
    }

    public static ThenPush thenPush(String tier) {
        return new ThenPush(new TaskId(IDS.incrementAndGet()), tier, Map.of());
    }

    /** Publishes a message; refreshes go to the first partition. */
    public <M extends Message> M publish(M message) {
        return publish(message instanceof RefreshCommand ? 0 : null, message);
    }

    public <M extends Message> M publish(@Nullable Integer partition, M message) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(Topics.of(message), partition, message.key(), MessageFormat.write(message));
        record.headers().add(Headers.TYPE, MessageFormat.typeOf(message).getBytes(StandardCharsets.UTF_8));
        if (message instanceof Command command) {
            record.headers().add(Headers.ACCOUNT, command.account().getBytes(StandardCharsets.UTF_8));
        }
        send(record);
        return message;
    }

    public void send(ProducerRecord<String, byte[]> record) {
        try {
            producer.send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- looking

    /** Waits until every node has received these refreshes, and their second purges where these are needed. */
    public void awaitSettled(RefreshCommand... commands) {
        for (RefreshCommand command : commands) {
            await().atMost(PATIENCE)
                    .until(() -> progress(command)
                            .anyMatch(event -> event.objects().stream()
                                    .allMatch(
                                            object -> object.missing().isEmpty() && object.phase() == Phase.SETTLED)));
        }
    }

    /** Waits until exactly these nodes are reported to miss the refresh. */
    public void awaitMissing(RefreshCommand command, String... nodes) {
        await().atMost(PATIENCE)
                .until(() -> progress(command)
                        .anyMatch(event -> event.objects().getFirst().missing().equals(List.of(nodes))));
    }

    /** Returns the reports of a refresh, in the order in which they were published. */
    public Stream<ObjectsProgressed> progress(RefreshCommand command) {
        return events.stream()
                .filter(ObjectsProgressed.class::isInstance)
                .map(ObjectsProgressed.class::cast)
                .filter(event -> event.taskId().equals(command.taskId()));
    }

    /** Returns the newest state of the node on every partition of which one was published. */
    public Collection<NodeChanged> states(String node) {
        Map<Integer, NodeChanged> newest = new HashMap<>();
        events.stream()
                .filter(NodeChanged.class::isInstance)
                .map(NodeChanged.class::cast)
                .filter(state -> state.node().equals(node))
                .forEach(state -> newest.put(state.partition(), state));
        return newest.values();
    }

    public void awaitState(NodeState wanted, String... nodes) {
        for (String node : nodes) {
            await().atMost(PATIENCE)
                    .until(() -> !states(node).isEmpty()
                            && states(node).stream().allMatch(state -> state.state() == wanted));
        }
    }

    /** Returns the requests to a node. */
    public List<String> sentTo(String node) {
        return journal.stream().filter(line -> line.contains(' ' + node + ' ')).toList();
    }

    // ---- Kafka, as any tool sees it

    public static TopicPartition partition(int number) {
        return new TopicPartition(Topics.PURGE_COMMANDS, number);
    }

    /** Returns a node's committed cursor; null if there is none. */
    public @Nullable NodeCursor committed(String node, int partition) {
        NodeCursor newest = null;
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.getBrokersAsString(),
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            int partitions = consumer.partitionsFor(Topics.NODE_CURSORS).size();
            TopicPartition from = new TopicPartition(Topics.NODE_CURSORS, partition % partitions);
            consumer.assign(List.of(from));
            long end = Objects.requireNonNull(consumer.endOffsets(List.of(from)).get(from));
            while (consumer.position(from) < end) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                    if (record.key().equals(partition + "/" + node)) {
                        newest = record.value() == null ? null : ReceivedMessage.read(record, NodeCursor.class);
                    }
                }
            }
        }
        return newest;
    }

    /** Returns the offset of a node's committed cursor; -1 if there is none. */
    public long offset(String node, int partition) {
        NodeCursor cursor = committed(node, partition);
        return cursor == null ? -1 : cursor.applied();
    }

    public long end(int partition) {
        ListOffsetsResultInfo info = get(admin.listOffsets(Map.of(partition(partition), OffsetSpec.latest()))
                .partitionResult(partition(partition)));
        return info.offset();
    }

    public static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Deletes a topic of one partition, and creates it again. */
    public void createAgain(String topic) {
        get(admin.deleteTopics(List.of(topic)).all());
        await().atMost(PATIENCE).until(() -> !get(admin.listTopics().names()).contains(topic));
        get(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all());
    }

    private void listen() {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.getBrokersAsString(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = Stream.of(
                            Topics.TASK_EVENTS, Topics.NODE_EVENTS, Topics.PUSH_COMMANDS, Topics.INSPECTIONS)
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            while (listening) {
                consumer.poll(Duration.ofMillis(50)).forEach(this::keep);
            }
        }
    }

    private void keep(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            deleted.add(record.key());
        } else {
            events.add(ReceivedMessage.read(record, Message.class));
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopWorkers();
        listening = false;
        if (listener != null) {
            listener.join();
        }
        nodes.forEach(StandInNode::close);
        producer.close();
        admin.close();
        broker.destroy();
    }
}
