package io.freshet.kafka;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.command.CommandConsumer;
import io.freshet.kafka.command.CommandConsumers;
import io.freshet.kafka.command.CommandHandler;
import io.freshet.kafka.command.ConsumerLimits;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.context.EmbeddedKafka;

/** Guarantees of the consumer on a real broker; each test has its own topic and group. */
@SpringBootTest(
        classes = FreshetKafkaTest.Application.class,
        properties = {"spring.kafka.bootstrap-servers=${spring.embedded.kafka.brokers}", "freshet.topics.partitions=3"})
@EmbeddedKafka(
        partitions = 3,
        topics = {})
class CommandConsumerTest {

    private static final AtomicLong IDS = new AtomicLong(1_000_000);
    private static final ConsumerLimits PLENTY = new ConsumerLimits(10_000, 10, Duration.ZERO);

    @Autowired
    KafkaAdmin admin;

    @Autowired
    KafkaClients clients;

    @Autowired
    KafkaProperties kafkaProperties;

    @Autowired
    KafkaTemplate<String, byte[]> kafka;

    @Autowired
    MessagePublisher publisher;

    @Autowired
    DeadLetters deadLetters;

    private final String topic = "commands-" + UUID.randomUUID();
    private final String group = "group-" + topic;
    private final List<CommandConsumer<?>> loops = new ArrayList<>();

    @BeforeAll
    static void bePatient() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @AfterAll
    static void resetPatience() {
        Awaitility.reset();
    }

    @BeforeEach
    void makeTopics() {
        admin.createOrModifyTopics(
                new NewTopic(topic, 2, (short) 1), new NewTopic(Topics.deadLettersOf(topic), 2, (short) 1));
    }

    @AfterEach
    void stopLoops() {
        loops.forEach(CommandConsumer::stop);
    }

    @Test
    void a_commit_never_passes_an_open_record() throws Exception {
        Work work = new Work();
        start(work, PLENTY);
        List<TaskId> tasks = send(0, 5);
        await().until(() -> work.begun.size() == 5);
        work.finish(tasks.get(0));
        work.finish(tasks.get(2));
        work.finish(tasks.get(3));
        await().until(() -> committed(0) == 1);
        await().during(Duration.ofMillis(600)).atMost(Duration.ofSeconds(10)).until(() -> committed(0) == 1);
        work.finish(tasks.get(1));
        await().until(() -> committed(0) == 4);
        work.finish(tasks.get(4));
        await().until(() -> committed(0) == 5);
    }

    @Test
    void unfinished_command_of_a_stopped_consumer_is_delivered_again() {
        Work first = new Work();
        CommandConsumer<?> loop = start(first, PLENTY);
        List<TaskId> tasks = send(0, 3);
        await().until(() -> first.begun.size() == 3);
        first.finish(tasks.get(0));
        first.finish(tasks.get(2));
        loop.stop();
        Work second = new Work();
        start(second, PLENTY);
        await().untilAsserted(() -> assertThat(second.begun).containsExactly(tasks.get(1), tasks.get(2)));
    }

    @Test
    void partition_that_may_not_be_committed_is_taken_over_anew_and_no_other() {
        Work work = new Work();
        start(work, PLENTY);
        TaskId finished = send(0, 1).getFirst();
        await().until(() -> work.begun.contains(finished));
        work.finish(finished);
        await().until(() -> committed(0) == 1);
        TaskId failing = send(0, 1).getFirst();
        TaskId other = send(1, 1).getFirst();
        await().until(() -> work.begun.containsAll(List.of(failing, other)));
        work.failing.add(new TopicPartition(topic, 0));
        await().until(() -> work.begun.stream().filter(failing::equals).count() == 2);
        work.finish(failing);
        work.finish(other);
        await().untilAsserted(
                        () -> assertThat(List.of(committed(0), committed(1))).containsExactly(2L, 1L));
        assertThat(work.begun).containsOnlyOnce(finished, other);
        assertThat(work.revoked).isEmpty();
        assertThat(work.assigned).hasSize(3).endsWith(new TopicPartition(topic, 0));
    }

    @Test
    void a_stop_waits_for_what_is_in_flight_and_commits_it() throws Exception {
        Work work = new Work();
        CommandConsumer<?> loop = start(work, new ConsumerLimits(100, 10, Duration.ofSeconds(30)));
        List<TaskId> tasks = send(0, 1);
        await().until(() -> work.begun.size() == 1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(loop::stop);
        await().until(() -> !loop.isRunning());
        assertThat(stopped).isNotDone();
        work.finish(tasks.get(0));
        stopped.get(20, SECONDS);
        assertThat(committed(0)).isEqualTo(1);
    }

    @Test
    void a_loop_that_hangs_loses_its_partitions_and_what_it_finishes_later_moves_nothing() throws Exception {
        Work hanging = new Work();
        CountDownLatch freed = new CountDownLatch(1);
        hanging.before = _ -> uninterruptibly(freed);
        start(hanging, PLENTY, shortOfPatience());
        List<TaskId> tasks = send(0, 2);
        await().until(() -> hanging.begun.size() == 1);
        Work other = new Work();
        start(other, PLENTY, shortOfPatience());
        await().until(() -> other.begun.containsAll(tasks));
        TopicPartition moved = new TopicPartition(topic, 0);
        assertThat(other.generations.get(moved))
                .as("the generation of a partition's next owner")
                .isGreaterThan(Objects.requireNonNull(hanging.generations.get(moved)));
        freed.countDown();
        await().until(() -> !hanging.revoked.isEmpty());
        tasks.forEach(hanging::finish);
        await().during(Duration.ofMillis(600)).atMost(Duration.ofSeconds(10)).until(() -> committed(0) == 0);
        await().until(() -> {
            // On a busy machine the second may have been taken for dead as well.
            tasks.forEach(other::finish);
            tasks.forEach(hanging::finish);
            return committed(0) == 2;
        });
    }

    @Test
    void a_rebalance_between_two_loops_loses_nothing() {
        Work first = new Work();
        Work second = new Work();
        start(first, PLENTY);
        List<TaskId> tasks = new ArrayList<>(send(0, 50));
        tasks.addAll(send(1, 50));
        await().until(() -> first.begun.size() > 20);
        CommandConsumer<?> loop = start(second, PLENTY);
        await().until(() -> !second.assigned.isEmpty() && !first.revoked.isEmpty());
        tasks.addAll(send(0, 20));
        tasks.addAll(send(1, 20));
        await().until(() -> first.finishAllOpen() + second.finishAllOpen() == 0
                && done(first, second).containsAll(tasks));
        tasks.addAll(send(0, 5));
        tasks.addAll(send(1, 5));
        loop.stop();
        await().untilAsserted(() -> {
            first.finishAllOpen();
            assertThat(done(first, second)).containsAll(tasks);
            assertThat(committed(0) + committed(1)).isEqualTo(tasks.size());
        });
    }

    @Test
    void a_partition_that_has_its_share_is_paused_and_the_other_goes_on() {
        Work work = new Work();
        CommandConsumer<?> loop = start(work, new ConsumerLimits(4, 1, Duration.ZERO));
        List<TaskId> stuck = send(0, 20);
        await().until(() -> work.begun.size() == 2);
        List<TaskId> others = send(1, 20);
        await().until(() -> {
            others.forEach(work::finish);
            return work.done.containsAll(others);
        });
        assertThat(stuck.stream().filter(work.begun::contains)).hasSize(2);
        assertThat(loop.objectsInFlight()).isEqualTo(2);
        await().until(() -> {
            stuck.forEach(work::finish);
            return work.done.containsAll(stuck);
        });
    }

    @Test
    void poison_records_become_dead_letters_and_hold_up_nobody() throws Exception {
        Work work = new Work();
        start(work, PLENTY);
        byte[] noise = new byte[300];
        new Random(3).nextBytes(noise);
        long keyed = IDS.incrementAndGet();
        long named = IDS.incrementAndGet();
        raw(Long.toString(keyed), "refresh.v1", noise);
        raw("www.example.com", "refresh.v9", ("{\"taskId\":\"" + named + "\"}").getBytes(StandardCharsets.UTF_8));
        raw("no-task", "refresh.v1", "[1,2]".getBytes(StandardCharsets.UTF_8));
        raw("no-type", null, "{}".getBytes(StandardCharsets.UTF_8));
        raw(null, "refresh.v1", "no key".getBytes(StandardCharsets.UTF_8));
        raw("empty", "refresh.v1", null);
        raw(
                Long.toString(IDS.incrementAndGet()),
                "task-failed.v1",
                MessageFormat.write(new TaskFailed(new TaskId(5), "acme", "not a command", Instant.EPOCH)));
        List<TaskId> tasks = send(0, 1);
        await().until(() -> work.begun.contains(tasks.get(0)));
        work.finish(tasks.get(0));
        await().until(() -> committed(0) == 8);
        assertThat(records(Topics.deadLettersOf(topic), 7))
                .extracting(ConsumerRecord::value)
                .hasSize(7)
                .contains(noise);
        assertThat(failures()).extracting(TaskFailed::taskId).contains(new TaskId(keyed), new TaskId(named));
    }

    @Test
    void record_too_large_for_a_dead_letter_leaves_its_value_at_its_source() {
        Work work = new Work();
        start(work, PLENTY);
        // 20 MB that the broker takes, since they are next to nothing when compressed.
        KafkaProperties generous = new KafkaProperties();
        generous.setBootstrapServers(kafkaProperties.getBootstrapServers());
        generous.getProducer().getProperties().put("max.request.size", "30000000");
        try (Producer<String, byte[]> producer = new KafkaProducer<>(new KafkaClients(generous).producer())) {
            producer.send(new ProducerRecord<>(topic, 0, null, new byte[20_000_000]));
        }
        List<TaskId> tasks = send(0, 1);
        await().until(() -> {
            work.finishAllOpen();
            return committed(0) == 2;
        });
        assertThat(work.begun).containsExactlyElementsOf(tasks);
        assertThat(records(Topics.deadLettersOf(topic), 1)).singleElement().satisfies(letter -> {
            assertThat(letter.value()).isNull();
            assertThat(letter.headers().lastHeader(DeadLetters.CUT).value()).isEqualTo("20000000".getBytes());
            assertThat(letter.headers().lastHeader(DeadLetters.SOURCE).value()).isEqualTo((topic + "-0@0").getBytes());
        });
    }

    @Test
    void a_reason_that_quotes_a_large_record_is_cut() throws Exception {
        start(new Work(), PLENTY);
        long task = IDS.incrementAndGet();
        raw(
                Long.toString(task),
                "refresh.v1",
                ("{\"selector\":\"" + "x".repeat(900_000) + "\"}").getBytes(StandardCharsets.UTF_8));
        await().until(() -> committed(0) == 1);
        assertThat(records(Topics.deadLettersOf(topic), 1))
                .singleElement()
                .satisfies(letter -> assertThat(
                                letter.headers().lastHeader(DeadLetters.REASON).value())
                        .hasSizeBetween(20, 1_000));
        assertThat(failures())
                .filteredOn(event -> event.taskId().equals(new TaskId(task)))
                .singleElement()
                .satisfies(event -> assertThat(event.reason()).hasSizeBetween(20, 1_000));
    }

    @Test
    void a_dead_letter_finds_a_partition_where_the_dead_letters_have_fewer() throws Exception {
        try (Admin client = Admin.create(admin.getConfigurationProperties())) {
            client.createPartitions(Map.of(topic, NewPartitions.increaseTo(3)))
                    .all()
                    .get();
        }
        start(new Work(), PLENTY);
        raw(2, "no-task", "refresh.v1", "rubbish".getBytes(StandardCharsets.UTF_8));
        await().until(() -> committed(2) == 1);
        assertThat(records(Topics.deadLettersOf(topic), 1))
                .extracting(ConsumerRecord::key)
                .containsExactly("no-task");
    }

    @Test
    void commands_on_a_partition_that_is_added_are_delivered_within_seconds() throws Exception {
        Work work = new Work();
        start(work, PLENTY);
        await().until(() -> work.assigned.size() == 2);
        try (Admin client = Admin.create(admin.getConfigurationProperties())) {
            client.createPartitions(Map.of(topic, NewPartitions.increaseTo(3)))
                    .all()
                    .get();
        }
        List<TaskId> tasks = send(2, 1);
        await().until(() -> work.begun.containsAll(tasks));
    }

    @Test
    void a_command_whose_work_fails_becomes_a_dead_letter_and_its_task_fails() throws Exception {
        Work work = new Work();
        work.before = _ -> {
            throw new IllegalStateException("no such tier");
        };
        start(work, PLENTY);
        TaskId thrown = send(0, 1).get(0);
        await().until(() -> committed(0) == 1);
        work.before = _ -> {};
        TaskId failed = send(0, 1).get(0);
        await().until(() -> work.begun.contains(failed));
        assertThat(committed(0)).isEqualTo(1);
        work.fail(failed, new IllegalStateException("it broke"));
        await().until(() -> committed(0) == 2);
        assertThat(records(Topics.deadLettersOf(topic), 2)).hasSize(2);
        assertThat(failures())
                .filteredOn(
                        event -> event.taskId().equals(thrown) || event.taskId().equals(failed))
                .extracting(TaskFailed::reason)
                .containsExactlyInAnyOrder("no such tier", "it broke");
    }

    private CommandConsumer<RefreshCommand> start(Work work, ConsumerLimits limits) {
        return start(work, limits, clients);
    }

    private CommandConsumer<RefreshCommand> start(Work work, ConsumerLimits limits, KafkaClients with) {
        CommandConsumer<RefreshCommand> loop = new CommandConsumers(with, deadLetters, publisher, Clock.systemUTC())
                .create(topic, group, RefreshCommand.class, work, limits);
        loops.add(loop);
        loop.start();
        return loop;
    }

    /** Clients whose group takes a loop for dead that has not polled for three seconds. */
    private KafkaClients shortOfPatience() {
        KafkaProperties impatient = new KafkaProperties();
        impatient.setBootstrapServers(kafkaProperties.getBootstrapServers());
        impatient.getConsumer().getProperties().put("max.poll.interval.ms", "3000");
        return new KafkaClients(impatient);
    }

    private List<TaskId> send(int partition, int count) {
        return LongStream.range(0, count)
                .mapToObj(_ -> {
                    TaskId task = new TaskId(IDS.incrementAndGet());
                    RefreshCommand command = new RefreshCommand(
                            task,
                            "acme",
                            "www.example.com",
                            Selector.URL,
                            List.of("http://www.example.com/"),
                            false,
                            Instant.now());
                    raw(partition, task.toString(), "refresh.v1", MessageFormat.write(command));
                    return task;
                })
                .toList();
    }

    private void raw(@Nullable String key, @Nullable String type, byte @Nullable [] value) {
        raw(0, key, type, value);
    }

    private void raw(int partition, @Nullable String key, @Nullable String type, byte @Nullable [] value) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, partition, key, value);
        record.headers().add(Headers.ACCOUNT, "acme".getBytes(StandardCharsets.UTF_8));
        if (type != null) {
            record.headers().add(Headers.TYPE, type.getBytes(StandardCharsets.UTF_8));
        }
        kafka.send(record).join();
    }

    private long committed(int partition) throws Exception {
        try (Admin client = Admin.create(admin.getConfigurationProperties())) {
            Map<TopicPartition, OffsetAndMetadata> offsets = client.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            return Optional.ofNullable(offsets.get(new TopicPartition(topic, partition)))
                    .map(OffsetAndMetadata::offset)
                    .orElse(0L);
        }
    }

    private List<TaskFailed> failures() {
        return records(Topics.TASK_EVENTS, 1).stream()
                .filter(record -> "task-failed.v1"
                        .equals(new String(
                                Objects.requireNonNull(record.headers().lastHeader(Headers.TYPE))
                                        .value(),
                                StandardCharsets.UTF_8)))
                .map(record -> ReceivedMessage.read(record, TaskFailed.class))
                .toList();
    }

    /** Everything that a topic holds now, which is at least this much. */
    private List<ConsumerRecord<String, byte[]>> records(String from, int atLeast) {
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        try (Consumer<String, byte[]> consumer = clients.ungrouped()) {
            List<TopicPartition> partitions = consumer.partitionsFor(from).stream()
                    .map(info -> new TopicPartition(from, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            await().until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                return found.size() >= atLeast
                        && partitions.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L));
            });
        }
        return found;
    }

    private static Set<TaskId> done(Work... works) {
        return IntStream.range(0, works.length)
                .mapToObj(i -> works[i].done)
                .flatMap(Collection::stream)
                .collect(Collectors.toSet());
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Commands are begun and stay open until the test says otherwise; what is revoked is forgotten. */
    private static final class Work implements CommandHandler<RefreshCommand> {

        final Queue<TaskId> begun = new ConcurrentLinkedQueue<>();
        final Set<TaskId> done = ConcurrentHashMap.newKeySet();
        final Queue<TopicPartition> assigned = new ConcurrentLinkedQueue<>();
        final Map<TopicPartition, Integer> generations = new ConcurrentHashMap<>();
        final Queue<TopicPartition> revoked = new ConcurrentLinkedQueue<>();
        /** Each of these fails once. */
        final Set<TopicPartition> failing = ConcurrentHashMap.newKeySet();

        volatile java.util.function.Consumer<RefreshCommand> before = _ -> {};

        private record Open(TopicPartition partition, CompletableFuture<Void> future) {}

        private final Map<TaskId, Open> open = new ConcurrentHashMap<>();

        @Override
        public CompletableFuture<Void> handle(
                RefreshCommand command, TopicPartition partition, long offset, Runnable objectReleased) {
            Open work = new Open(partition, new CompletableFuture<>());
            open.put(command.taskId(), work);
            begun.add(command.taskId());
            before.accept(command);
            return work.future();
        }

        void finish(TaskId task) {
            Open work = open.get(task);
            if (work != null) {
                work.future().complete(null);
                done.add(task);
            }
        }

        void fail(TaskId task, Throwable reason) {
            Objects.requireNonNull(open.get(task)).future().completeExceptionally(reason);
        }

        /** Returns the number of unfinished commands. */
        int finishAllOpen() {
            List<TaskId> tasks =
                    open.keySet().stream().filter(task -> !done.contains(task)).toList();
            tasks.forEach(this::finish);
            return tasks.size();
        }

        @Override
        public void assigned(Map<TopicPartition, Long> positions, int generation) {
            giveUp(positions.keySet());
            positions.keySet().forEach(partition -> generations.put(partition, generation));
            assigned.addAll(positions.keySet());
        }

        @Override
        public long committablePosition(TopicPartition partition, long position) {
            if (failing.remove(partition)) {
                throw new KafkaException("fenced");
            }
            return position;
        }

        @Override
        public void revoked(Collection<TopicPartition> partitions) {
            giveUp(partitions);
            revoked.addAll(partitions);
        }

        private void giveUp(Collection<TopicPartition> partitions) {
            open.values()
                    .removeIf(work -> partitions.contains(work.partition())
                            && !work.future().isDone());
        }
    }
}
