package io.freshet.purge.cursor;

import static io.freshet.purge.stage.Stage.get;
import static io.freshet.purge.stage.Stage.partition;
import static io.freshet.purge.stage.Stage.refresh;
import static io.freshet.purge.stage.Stage.tier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.CursorState;
import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.NodeCursor;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.freshet.purge.dispatch.InFlightLimiter;
import io.freshet.purge.ownership.OwnedPartitions;
import io.freshet.purge.partition.PartitionState;
import io.freshet.purge.stage.ClockAhead;
import io.freshet.purge.stage.Stage;
import io.freshet.purge.stage.StageTest;
import io.freshet.purge.stage.StandInNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** The five rules of cursors, with a real broker. */
class CursorsTest extends StageTest {

    // ---- 1. A cursor may lag behind the truth, never lead it

    @Test
    void node_below_the_groups_position_is_lagging_after_a_takeover() {
        String tiers = tier("l1", stage.node("rule-1"));
        stage.worker(tiers);
        List<RefreshCommand> commands = publish("/rule-1/", 5);
        commands.forEach(stage::awaitSettled);
        await().until(() -> lag("rule-1") == 0);
        stage.stopWorkers();
        NodeCursor now = cursor("rule-1");
        assertThat(now.state()).isEqualTo(CursorState.IN_SYNC);
        stage.publish(
                0,
                new NodeCursor(
                        0,
                        "rule-1",
                        now.applied() - 3,
                        now.settled() - 3,
                        now.state(),
                        now.topicId(),
                        now.since(),
                        now.at(),
                        now.restartToken(),
                        now.lastAction(),
                        false));
        stage.journal.clear();
        stage.events.clear();
        stage.worker(tiers);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(stage.sentTo("rule-1"))
                        .containsExactlyInAnyOrder(
                                "PURGE rule-1 /rule-1/2", "PURGE rule-1 /rule-1/3", "PURGE rule-1 /rule-1/4"));
        await().atMost(PATIENCE).until(() -> lag("rule-1") == 0);
    }

    // ---- 2. Only the owner moves it

    @Test
    void cursors_of_a_former_owner_are_refused() {
        ConfigurableApplicationContext worker = stage.worker(tier("l1", stage.node("rule-2")));
        get(stage.admin
                .createTopics(List.of(new NewTopic("other", 8, (short) 1)))
                .all());
        KafkaClients clients = worker.getBean(KafkaClients.class);
        try (CommandTopic commands = new CommandTopic(clients, "other")) {
            CursorStore store = new CursorStore(clients, commands);
            try (CursorProducer former = open(store, 7)) {
                former.commit(Map.of("n", cursors(7)));
                try (CursorProducer owner = open(store, 7)) {
                    owner.commit(Map.of("n", cursors(5))); // it was rewound
                    assertThatThrownBy(() -> former.commit(Map.of("n", cursors(9))))
                            .isInstanceOf(KafkaException.class);
                    assertThat(store.read(7).get("n"))
                            .extracting(cursors -> cursors.applied().offset())
                            .isEqualTo(5L);
                    owner.commit(Map.of("n", cursors(6)));
                }
            }
        }
    }

    /** As a worker does it, again and again: a busy broker may not answer in time. */
    private static CursorProducer open(CursorStore store, int partition) {
        return await().ignoreExceptionsInstanceOf(TimeoutException.class)
                .until(() -> store.open(partition), Objects::nonNull);
    }

    @Test
    void fenced_worker_takes_over_anew_and_loses_nothing() {
        ConfigurableApplicationContext worker = stage.worker(tier("l1", stage.node("fenced")));
        stage.awaitSettled(stage.publish(refresh("/fenced/1")));
        KafkaClients clients = worker.getBean(KafkaClients.class);
        open(new CursorStore(clients, worker.getBean(CommandTopic.class)), 0).close();
        stage.awaitSettled(stage.publish(refresh("/fenced/2")));
        await().atMost(PATIENCE).until(() -> lag("fenced") == 0);
    }

    @Test
    void fenced_partition_is_taken_over_anew_and_no_other(@TempDir Path folder) throws InterruptedException {
        try (Stage two = new Stage(folder)) {
            StandInNode node = two.node("two");
            ConfigurableApplicationContext worker = two.worker(
                    Clock.systemUTC(),
                    tier("l1", node),
                    Map.of("freshet.topics.partitions", "2", "freshet.nodes.slow-timeout", "1m"));
            await().atMost(PATIENCE).until(() -> two.committed("two", 0) != null && two.committed("two", 1) != null);
            CountDownLatch fetch = node.hold("/other");
            two.publish(1, refresh("/other"));
            InFlightLimiter limiter = worker.getBean(InFlightLimiter.class);
            await().atMost(PATIENCE).until(() -> limiter.inFlight() == 1);
            OwnedPartitions partitions = worker.getBean(OwnedPartitions.class);
            PartitionState fenced = partitions.open(0).orElseThrow();
            PartitionState other = partitions.open(1).orElseThrow();
            open(new CursorStore(worker.getBean(KafkaClients.class), worker.getBean(CommandTopic.class)), 0)
                    .close();
            two.publish(0, refresh("/fenced"));
            await().atMost(PATIENCE)
                    .until(() -> partitions.open(0).filter(now -> now != fenced).isPresent());
            assertThat(partitions.open(1)).containsSame(other);
            fetch.countDown();
            await().atMost(PATIENCE).until(() -> two.end(0) == two.offset("two", 0));
            await().atMost(PATIENCE).until(() -> two.end(1) == two.offset("two", 1));
            assertThat(two.sentTo("two")).containsOnlyOnce("PURGE two /other");
        }
    }

    @Test
    void cursor_in_an_open_transaction_is_waited_for() throws Exception {
        ConfigurableApplicationContext worker = stage.worker(tier("l1", stage.node("other")));
        KafkaClients clients = worker.getBean(KafkaClients.class);
        CursorStore store = new CursorStore(clients, worker.getBean(CommandTopic.class));
        try (Producer<String, byte[]> producer = clients.transactional("another", Duration.ofSeconds(10));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            producer.initTransactions();
            producer.beginTransaction();
            NodeCursor cursor = cursors(1).toMessage(0, "in-the-making");
            ProducerRecord<String, byte[]> record =
                    new ProducerRecord<>(Topics.NODE_CURSORS, 0, cursor.key(), MessageFormat.write(cursor));
            record.headers().add(Headers.TYPE, MessageFormat.typeOf(cursor).getBytes(StandardCharsets.UTF_8));
            producer.send(record);
            producer.flush();
            Future<Map<String, Cursors>> read = threads.submit(() -> store.read(0));
            Future<Set<String>> known = threads.submit(() -> store.known(List.of("in-the-making", "unknown")));
            await().during(Duration.ofSeconds(1)).until(() -> !read.isDone() && !known.isDone());
            producer.commitTransaction();
            assertThat(read.get()).containsKey("in-the-making");
            assertThat(known.get()).containsExactly("in-the-making");
        }
    }

    // ---- 3. It is written when it changes, and never expires

    @Test
    void cursor_that_does_not_change_is_not_written_again() {
        stage.worker(tier("l1", stage.node("rule-3"))); // it looks for changes every 200 ms
        stage.awaitSettled(stage.publish(refresh("/rule-3")));
        await().atMost(PATIENCE).until(() -> cursor("rule-3").settled() == stage.end(0) && lag("rule-3") == 0);
        Instant at = cursor("rule-3").at();
        await().during(Duration.ofSeconds(1))
                .until(() -> at.equals(cursor("rule-3").at()));
    }

    @Test
    void cursor_is_written_and_second_purge_sent_although_the_clock_was_set_back() {
        ClockAhead clock = new ClockAhead();
        stage.worker(clock, tier("l1", "plain", stage.node("set-back")), Map.of());
        stage.awaitSettled(stage.publish(refresh("/set-back/1")));
        clock.ahead(Duration.ofHours(-1));
        stage.awaitSettled(stage.publish(refresh("/set-back/2")));
        await().atMost(PATIENCE).until(() -> lag("set-back") == 0);
    }

    // ---- 4. Missing is not new

    @Test
    void new_node_begins_at_the_end() {
        StandInNode old = stage.node("old");
        stage.worker(tier("l1", old));
        publish("/before/", 3).forEach(stage::awaitSettled);
        stage.stopWorkers();
        StandInNode fresh = stage.node("fresh");
        stage.worker(tier("l1", old, fresh));
        stage.awaitSettled(stage.publish(refresh("/after")));
        assertThat(stage.sentTo("fresh")).containsExactly("PURGE fresh /after");
    }

    @Test
    void new_node_is_flushed_where_its_tier_says_so() {
        stage.worker(tier("l1", stage.node("full")).replace("- name: l1", "- name: l1\n      new-nodes: flush"));
        await().atMost(PATIENCE).until(() -> stage.sentTo("full").contains("BAN full /"));
        stage.awaitState(NodeState.IN_SYNC, "full");
    }

    @Test
    void node_is_flushed_and_in_sync_although_the_clock_was_set_back_after_its_loss() {
        ClockAhead clock = new ClockAhead();
        clock.ahead(Duration.ofHours(1));
        String tiers = tier("l1", stage.node("lost")).replace("- name: l1", "- name: l1\n      new-nodes: flush");
        stage.worker(clock, tiers, Map.of("freshet.delivery.auto-flush", "false"));
        stage.awaitState(NodeState.LAGGING, "lost");
        stage.stopWorkers();
        stage.events.clear();
        stage.worker(tiers);
        stage.awaitState(NodeState.IN_SYNC, "lost");
        assertThat(stage.sentTo("lost").stream().filter("BAN lost /"::equals)).hasSize(2);
    }

    @Test
    void two_workers_with_the_same_new_node_write_its_cursors_once() throws InterruptedException {
        ConfigurableApplicationContext worker = stage.worker(tier("l1", stage.node("two")));
        KafkaClients clients = worker.getBean(KafkaClients.class);
        get(stage.admin
                .createTopics(List.of(new NewTopic("twelve", 12, (short) 1)))
                .all());
        try (CommandTopic commands = new CommandTopic(clients, "twelve")) {
            CursorStore store = new CursorStore(clients, commands);
            CountDownLatch together = new CountDownLatch(1);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 1; i <= 4; i++) {
                    long offset = i;
                    threads.execute(() -> registerEventually(store, together, offset));
                }
                together.countDown();
            }
            Set<Long> offsets = offsetsOnAll(store, 12);
            assertThat(offsets).as("all partitions as one of them wrote them").hasSize(1);
            store.register(Map.of("new", onAll(12, 99)));
            assertThat(offsetsOnAll(store, 12)).isEqualTo(offsets);
        }
    }

    @Test
    void thousand_new_nodes_are_registered_and_forgotten_in_one_transaction_each() {
        KafkaClients clients = stage.worker(tier("l1", stage.node("one"))).getBean(KafkaClients.class);
        await().atMost(PATIENCE).until(() -> stage.committed("one", 0) != null);
        Map<String, Map<Integer, Cursor>> nodes = IntStream.range(0, 1_000)
                .mapToObj(i -> "many/" + i)
                .collect(Collectors.toMap(node -> node, _ -> onAll(12, 7)));
        try (CommandTopic commands = new CommandTopic(clients, Topics.PURGE_COMMANDS)) {
            CursorStore store = new CursorStore(clients, commands);
            store.register(nodes); // the broker aborts a transaction after ten seconds
            for (int partition = 0; partition < 12; partition++) {
                assertThat(store.read(partition)).containsAllEntriesOf(all(nodes.keySet(), cursors(7)));
            }
            store.forget(nodes.keySet());
            assertThat(store.known(nodes.keySet())).isEmpty();
            assertThat(store.known(List.of("one"))).containsExactly("one");
        }
    }

    private static Map<String, Cursors> all(Set<String> nodes, Cursors cursors) {
        return nodes.stream().collect(Collectors.toMap(node -> node, _ -> cursors));
    }

    @Test
    void known_node_without_cursor_on_a_partition_receives_all_of_it() {
        String tiers = tier("l1", stage.node("added"));
        stage.worker(tiers);
        stage.awaitSettled(stage.publish(refresh("/added/0")));
        stage.stopWorkers();
        int added = partitions();
        get(stage.admin
                .createPartitions(Map.of(Topics.PURGE_COMMANDS, NewPartitions.increaseTo(added + 1)))
                .all());
        await().until(() -> partitions() == added + 1);
        stage.publish(added, refresh("/added/1"));
        stage.publish(added, refresh("/added/2"));
        get(stage.admin
                .alterConsumerGroupOffsets("purge-worker", Map.of(partition(added), new OffsetAndMetadata(2)))
                .all()); // they count as consumed, but no cursor says by which nodes
        stage.journal.clear();
        stage.worker(tiers);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(stage.sentTo("added"))
                        .containsExactlyInAnyOrder("PURGE added /added/1", "PURGE added /added/2"));
        await().atMost(PATIENCE)
                .until(() -> stage.committed("added", added) != null && stage.offset("added", added) == 2);
    }

    @Test
    void known_node_whose_cursors_were_deleted_is_flushed() {
        String tiers = tier("l1", stage.node("deleted"));
        KafkaClients clients = stage.worker(tiers).getBean(KafkaClients.class);
        stage.awaitSettled(stage.publish(refresh("/deleted")));
        stage.awaitState(NodeState.IN_SYNC, "deleted");
        stage.stopWorkers();
        try (CommandTopic commands = new CommandTopic(clients, Topics.PURGE_COMMANDS)) {
            new CursorStore(clients, commands).forget(List.of("deleted"));
        }
        assertThat(stage.committed("deleted", 0)).isNull();
        stage.journal.clear();
        stage.worker(tiers);
        await().atMost(PATIENCE).until(() -> stage.sentTo("deleted").contains("BAN deleted /"));
        stage.awaitState(NodeState.IN_SYNC, "deleted");
    }

    @Test
    void unreadable_cursor_counts_as_lost_and_its_node_as_known() {
        KafkaClients clients = stage.worker(tier("l1", stage.node("other"))).getBean(KafkaClients.class);
        try (CommandTopic commands = new CommandTopic(clients, Topics.PURGE_COMMANDS)) {
            CursorStore store = new CursorStore(clients, commands);
            NodeCursor cursor = cursors(1).toMessage(0, "unreadable");
            stage.publish(0, cursor);
            assertThat(store.read(0)).containsKey("unreadable");
            stage.send(new ProducerRecord<>(Topics.NODE_CURSORS, 0, cursor.key(), new byte[] {1}));
            assertThat(store.read(0)).doesNotContainKey("unreadable");
            assertThat(store.known(List.of("unreadable"))).containsExactly("unreadable");
            await().atMost(PATIENCE).until(() -> stage.committed("other", 0) != null);
            store.forget(List.of("unreadable"));
        }
    }

    @Test
    void known_node_is_flushed_when_the_topic_was_created_again() {
        String tiers = tier("l1", stage.node("again"));
        stage.worker(tiers);
        stage.awaitSettled(stage.publish(refresh("/again/1")));
        stage.awaitState(NodeState.IN_SYNC, "again");
        stage.stopWorkers();
        get(stage.admin.deleteTopics(List.of(Topics.PURGE_COMMANDS)).all());
        await().until(() -> !get(stage.admin.listTopics().names()).contains(Topics.PURGE_COMMANDS));
        stage.journal.clear();
        stage.worker(tiers);
        await().atMost(PATIENCE).until(() -> stage.sentTo("again").contains("BAN again /"));
        stage.awaitSettled(stage.publish(refresh("/again/2")));
        assertThat(stage.sentTo("again")).contains("PURGE again /again/2");
    }

    // ---- 5. A child's cursor never passes its parents'

    @Test
    void childs_cursor_is_capped_by_its_parents() {
        StandInNode parent = stage.node("parent");
        stage.worker(tier("l2", parent) + tier("l1", stage.node("child")));
        stage.awaitSettled(stage.publish(refresh("/family/0")));
        await().until(() -> lag("parent") == 0 && lag("child") == 0);
        parent.stop();
        IntStream.rangeClosed(1, 3)
                .mapToObj(i -> stage.publish(refresh("/family/" + i)))
                .toList()
                .forEach(command -> stage.awaitMissing(command, "parent"));
        assertThat(stage.sentTo("child")).contains("PURGE child /family/3");
        await().atMost(PATIENCE).until(() -> state("parent") == CursorState.LAGGING && lag("parent") == 3);
        assertThat(state("child")).isEqualTo(CursorState.IN_SYNC);
        assertThat(lag("child")).isEqualTo(3);
        parent.start();
        await().atMost(PATIENCE).until(() -> lag("parent") == 0 && lag("child") == 0);
        assertThat(stage.sentTo("child").stream().filter("PURGE child /family/3"::equals))
                .hasSize(2);
    }

    // ---- helpers

    private List<RefreshCommand> publish(String path, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> stage.publish(refresh(path + i)))
                .toList();
    }

    private long lag(String node) {
        return stage.end(0) - stage.offset(node, 0);
    }

    private NodeCursor cursor(String node) {
        return Objects.requireNonNull(stage.committed(node, 0));
    }

    private CursorState state(String node) {
        return cursor(node).state();
    }

    private int partitions() {
        return Objects.requireNonNull(get(stage.admin
                                .describeTopics(List.of(Topics.PURGE_COMMANDS))
                                .allTopicNames())
                        .get(Topics.PURGE_COMMANDS))
                .partitions()
                .size();
    }

    private static Cursor cursor(long offset) {
        return new Cursor(offset, CursorState.IN_SYNC, "t", Instant.EPOCH, Instant.EPOCH, null, Cursor.NO_ACTION);
    }

    private static Cursors cursors(long offset) {
        return new Cursors(cursor(offset), offset);
    }

    private static Map<Integer, Cursor> onAll(int partitions, long offset) {
        Map<Integer, Cursor> cursors = new HashMap<>();
        IntStream.range(0, partitions).forEach(partition -> cursors.put(partition, cursor(offset)));
        return cursors;
    }

    private static Set<Long> offsetsOnAll(CursorStore store, int partitions) {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> Objects.requireNonNull(
                                store.read(partition).get("new"))
                        .applied()
                        .offset())
                .collect(Collectors.toSet());
    }

    /** Registers a node as a worker does: it tries again when it is fenced. */
    private static void registerEventually(CursorStore store, CountDownLatch together, long offset) {
        try {
            together.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        while (true) {
            try {
                store.register(Map.of("new", onAll(12, offset)));
                return;
            } catch (KafkaException e) {
                assertThat(e).isNotNull(); // fenced by another worker: try again
            }
        }
    }
}
