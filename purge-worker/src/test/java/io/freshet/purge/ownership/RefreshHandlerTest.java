package io.freshet.purge.ownership;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.NodeAnswers;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.purge.PurgeWorker;
import io.freshet.purge.stage.StandInNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** The whole worker on a real broker, with stand-in nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefreshHandlerTest {

    private static final AtomicLong IDS = new AtomicLong(System.nanoTime());

    private final List<String> journal = new CopyOnWriteArrayList<>();
    private final List<Message> events = new CopyOnWriteArrayList<>();
    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 3);
    private final StandInNode l2 = new StandInNode("l2-a", journal);
    private final StandInNode l1a = new StandInNode("l1-a", journal);
    private final StandInNode l1b = new StandInNode("l1-b", journal);
    private ConfigurableApplicationContext worker;
    private Thread listener;
    private volatile boolean listening = true;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        broker.brokerProperty("transaction.state.log.replication.factor", "1");
        broker.brokerProperty("transaction.state.log.min.isr", "1");
        broker.afterPropertiesSet();
        Path fleet = Files.writeString(folder.resolve("freshet.yml"), """
                freshet.fleet:
                  drivers:
                    varnish: { type: varnish, token: s3cret }
                    plain: { type: http }
                  tiers:
                    - name: l2
                      nodes: [ { id: l2-a, address: "http://127.0.0.1:%d", driver: varnish } ]
                    - name: l1
                      nodes:
                        - { id: l1-a, address: "http://127.0.0.1:%d", driver: varnish }
                        - { id: l1-b, address: "http://127.0.0.1:%d", driver: varnish }
                """.formatted(l2.port(), l1a.port(), l1b.port()));
        worker = PurgeWorker.builder()
                .run(
                        "--FRESHET_CONFIG=" + fleet,
                        "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
                        "--server.port=0",
                        "--freshet.topics.partitions=3",
                        "--freshet.nodes.probe-interval=100ms",
                        "--freshet.delivery.rebound-delay=2s",
                        "--freshet.delivery.cursor-interval=200ms",
                        "--spring.main.banner-mode=off");
        listener = Thread.ofPlatform().start(this::listen);
    }

    @AfterAll
    void stop() throws InterruptedException {
        listening = false;
        listener.join();
        worker.close();
        Stream.of(l2, l1a, l1b).forEach(StandInNode::close);
        broker.destroy();
    }

    @BeforeEach
    @AfterEach
    void every_node_is_in_sync() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Stream.of("l2-a", "l1-a", "l1-b")
                        .allMatch(node -> latest(node).count() == 3
                                && latest(node).allMatch(state -> state.state() == NodeState.IN_SYNC)));
        journal.clear();
    }

    @Test
    void parents_answer_before_children_are_purged() {
        RefreshCommand command = publish(refresh(Selector.URL, urls(50)));
        awaitEvent(command, settled(50, 3));
        List<String> purges = List.copyOf(journal);
        assertThat(purges).hasSize(150);
        for (int i = 0; i < 50; i++) {
            assertThat(purges.indexOf("PURGE l2-a /" + i))
                    .isNotNegative()
                    .isLessThan(purges.indexOf("PURGE l1-a /" + i))
                    .isLessThan(purges.indexOf("PURGE l1-b /" + i));
        }
    }

    @Test
    void children_wait_for_a_parent_that_waits_for_a_fetch() {
        CountDownLatch fetch = l2.hold();
        RefreshCommand waiting = publish(refresh(Selector.URL, urls(1)));
        awaitEvent(waiting, event -> event.objects().getFirst().missing().size() == 3);
        assertThat(journal).noneMatch(purge -> purge.contains("l1-"));
        fetch.countDown();
        awaitEvent(waiting, settled(1, 3));
    }

    @Test
    void directory_is_applied_at_once_and_settled_after_its_second_purge() {
        RefreshCommand command = publish(refresh(Selector.DIRECTORY, List.of("http://www.example.com/d/")));
        ObjectsProgressed event =
                awaitEvent(command, all -> all.objects().getFirst().missing().isEmpty());
        assertThat(event.objects().getFirst().phase()).isEqualTo(Phase.APPLIED);
        assertThat(journal).containsExactlyInAnyOrder("BAN l2-a /d/", "BAN l1-a /d/", "BAN l1-b /d/");
        assertThat(requireNonNull(event.answers()).banned()).containsOnlyKeys("l2-a", "l1-a", "l1-b");
        NodeAnswers second = awaitEvent(command, settled(1, 3)).answers();
        assertThat(second == null
                        || second.purged().isEmpty()
                                && second.absent().isEmpty()
                                && second.banned().isEmpty())
                .as("the second purge says nothing about what the nodes had: %s", second)
                .isTrue();
        assertThat(journal).hasSize(6);
        assertThat(journal.subList(3, 6)).startsWith("BAN l2-a /d/").contains("BAN l1-a /d/", "BAN l1-b /d/");
    }

    @Test
    void each_node_tells_whether_it_had_the_object() {
        l1b.answer("/spelt-wrong", 404);
        RefreshCommand command = publish(
                refresh(Selector.URL, List.of("http://www.example.com/0", "http://www.example.com/spelt-wrong")));
        ObjectsProgressed event = awaitEvent(command, settled(2, 3));
        assertThat(requireNonNull(event.answers()).purged())
                .isEqualTo(Map.of("l2-a", bits(0, 1), "l1-a", bits(0, 1), "l1-b", bits(0)));
        assertThat(event.answers().absent()).isEqualTo(Map.of("l1-b", bits(1)));
    }

    private static BitSet bits(int... positions) {
        BitSet bits = new BitSet();
        IntStream.of(positions).forEach(bits::set);
        return bits;
    }

    @Test
    void node_that_is_down_delays_no_other_and_receives_everything_later() {
        l1a.stop();
        List<RefreshCommand> commands = IntStream.range(0, 20)
                .mapToObj(i -> publish(refresh(Selector.URL, List.of("http://www.example.com/late/" + i))))
                .toList();
        for (RefreshCommand command : commands) {
            ObjectState state = awaitEvent(
                            command,
                            event -> event.objects().getFirst().missing().equals(List.of("l1-a")))
                    .objects()
                    .getFirst();
            assertThat(state.phase()).isEqualTo(Phase.RUNNING);
            assertThat(state.description()).contains("l1-a").contains("refused");
        }
        await().until(() -> latest("l1-a").anyMatch(state -> !state.reachable() && state.lagRecords() > 0));
        l1a.start();
        commands.forEach(command -> awaitEvent(command, settled(1, 3)));
        assertThat(journal.stream().filter(purge -> purge.contains("l1-a"))).hasSize(20);
    }

    @Test
    void children_are_purged_again_when_their_parent_has_caught_up() {
        l2.stop();
        RefreshCommand command = publish(refresh(Selector.URL, List.of("http://www.example.com/parent")));
        awaitEvent(command, event -> event.objects().getFirst().missing().equals(List.of("l2-a")));
        assertThat(journal).containsExactlyInAnyOrder("PURGE l1-a /parent", "PURGE l1-b /parent");
        journal.clear();
        l2.start();
        awaitEvent(command, settled(1, 3));
        assertThat(journal).startsWith("PURGE l2-a /parent").hasSize(3);
        assertThat(Set.copyOf(journal)).contains("PURGE l1-a /parent", "PURGE l1-b /parent");
    }

    @Test
    void child_that_is_down_during_its_parents_catch_up_is_purged_after_it() {
        l2.stop();
        RefreshCommand command = publish(refresh(Selector.URL, List.of("http://www.example.com/both")));
        awaitEvent(command, event -> event.objects().getFirst().missing().equals(List.of("l2-a")));
        l1b.stop();
        await().until(() -> latest("l1-b").anyMatch(state -> !state.reachable()));
        journal.clear();
        l2.start();
        await().until(() -> latest("l2-a").allMatch(state -> state.state() == NodeState.IN_SYNC));
        l1b.start();
        await().until(() -> journal.contains("PURGE l1-b /both"));
        assertThat(journal.indexOf("PURGE l2-a /both")).isLessThan(journal.indexOf("PURGE l1-b /both"));
    }

    @Test
    void child_that_is_back_while_its_parent_waits_is_purged_after_it() {
        l1b.stop();
        await().until(() -> latest("l1-b").anyMatch(state -> !state.reachable()));
        CountDownLatch fetch = l2.hold();
        RefreshCommand command = publish(refresh(Selector.URL, List.of("http://www.example.com/waiting")));
        awaitEvent(command, event -> event.objects().getFirst().missing().size() == 3);
        l1b.start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> latest("l1-b")
                        .allMatch(state -> state.state() == NodeState.IN_SYNC
                                || requireNonNull(state.why()).startsWith("is catching up")));
        fetch.countDown();
        awaitEvent(command, settled(1, 3));
        assertThat(journal.indexOf("PURGE l2-a /waiting")).isLessThan(journal.indexOf("PURGE l1-b /waiting"));
    }

    @Test
    void refusing_node_fails_the_task_and_completes_it_when_repaired() {
        l1b.answer(403);
        RefreshCommand command = publish(refresh(Selector.URL, urls(2)));
        ObjectsProgressed failed = awaitEvent(
                command, event -> event.objects().stream().allMatch(object -> object.phase() == Phase.FAILED));
        assertThat(failed.objects()).allSatisfy(object -> {
            assertThat(object.missing()).containsExactly("l1-b");
            assertThat(object.description()).isEqualTo("l1-b answered 403 Forbidden");
        });
        assertThat(failed.totals().failed()).isEqualTo(2);
        await().until(() -> latest("l1-b").anyMatch(state -> "answered 403 Forbidden".equals(state.why())));
        l1b.answer(200);
        awaitEvent(command, settled(2, 3));
    }

    @Test
    void thousand_objects_are_reported_with_true_totals() {
        RefreshCommand command = publish(refresh(Selector.URL, urls(1_000)));
        ObjectsProgressed event = awaitEvent(
                command,
                any -> any.totals().complete() == 1_000
                        && any.objects().getLast().index() == 999);
        assertThat(event.totals().delivered()).isEqualTo(3_000);
        assertThat(event.totals().pairs()).isEqualTo(3_000);
    }

    @Test
    void unreadable_command_fails_its_task_and_does_not_delay_the_next() {
        String task = Long.toString(IDS.incrementAndGet());
        ProducerRecord<String, byte[]> poison =
                new ProducerRecord<>(Topics.PURGE_COMMANDS, task, new byte[] {0, 1, 2, 3});
        poison.headers().add("freshet-type", "refresh.v1".getBytes(StandardCharsets.UTF_8));
        poison.headers().add("freshet-account", "acme".getBytes(StandardCharsets.UTF_8));
        template().send(poison).join();
        await().until(() -> events.stream()
                .anyMatch(event -> event instanceof TaskFailed failed
                        && failed.taskId().toString().equals(task)));
        awaitEvent(publish(refresh(Selector.URL, urls(1))), settled(1, 3));
    }

    @Test
    void command_with_an_object_that_is_no_url_fails_its_task() {
        RefreshCommand command = publish(refresh(Selector.URL, List.of("http://www.example.com/a\r\nX: y")));
        await().until(() -> events.stream()
                .anyMatch(event ->
                        event instanceof TaskFailed failed && failed.taskId().equals(command.taskId())));
        assertThat(journal).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private KafkaTemplate<String, byte[]> template() {
        return worker.getBean(KafkaTemplate.class);
    }

    private RefreshCommand publish(RefreshCommand command) {
        worker.getBean(MessagePublisher.class).publish(command).join();
        return command;
    }

    private static RefreshCommand refresh(Selector selector, List<String> objects) {
        return new RefreshCommand(
                new TaskId(IDS.incrementAndGet()), "acme", "www.example.com", selector, objects, false, Instant.now());
    }

    private static List<String> urls(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "http://www.example.com/" + i)
                .toList();
    }

    private static Predicate<ObjectsProgressed> settled(int objects, int nodes) {
        return event -> event.totals().complete() == objects
                && event.totals().delivered() == (long) objects * nodes
                && event.objects().stream().allMatch(object -> object.phase() == Phase.SETTLED);
    }

    private ObjectsProgressed awaitEvent(RefreshCommand command, Predicate<ObjectsProgressed> condition) {
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> events.stream()
                                .filter(ObjectsProgressed.class::isInstance)
                                .map(ObjectsProgressed.class::cast)
                                .filter(event -> event.taskId().equals(command.taskId()))
                                .filter(condition)
                                .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    /** Returns the newest state of a node on each partition. */
    private Stream<NodeChanged> latest(String node) {
        return IntStream.range(0, 3)
                .boxed()
                .flatMap(partition -> events.reversed().stream()
                        .filter(NodeChanged.class::isInstance)
                        .map(NodeChanged.class::cast)
                        .filter(state -> state.node().equals(node) && state.partition() == partition)
                        .limit(1));
    }

    private void listen() {
        try (Consumer<String, byte[]> consumer =
                worker.getBean(KafkaClients.class).ungrouped()) {
            List<TopicPartition> partitions = Stream.of(Topics.TASK_EVENTS, Topics.NODE_EVENTS)
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (listening) {
                consumer.poll(Duration.ofMillis(50))
                        .forEach(record -> events.add(ReceivedMessage.read(record, Message.class)));
            }
        }
    }
}
