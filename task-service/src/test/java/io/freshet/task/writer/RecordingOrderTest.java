package io.freshet.task.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.NodeAnswer;
import io.freshet.contracts.message.NodeAnswers;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.task.ObjectOutcomes;
import io.freshet.contracts.task.ObjectView;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@ServiceTest
class RecordingOrderTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final List<String> NODES = List.of("l1-a", "l1-b", "l2-a");

    @Autowired
    BatchWriter writer;

    @Autowired
    Service service;

    final String account = "account-" + UUID.randomUUID();
    final TaskId id = TaskIds.next();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void the_final_state_depends_on_neither_order_nor_repetition(long seed) {
        Random random = new Random(seed);
        List<Function<TaskId, Message>> messages = new ArrayList<>();
        messages.add(task -> command(task, 4));
        int events = 3 + random.nextInt(10);
        for (int i = 0; i < events; i++) {
            messages.add(randomEvent(random));
        }
        if (seed % 4 == 0) {
            messages.add(task -> new TaskFailed(task, account, "too hot", START.plusSeconds(3)));
        }
        String expected = endOf(messages, new Random(0));
        for (int i = 0; i < 12; i++) {
            List<Function<TaskId, Message>> shuffled = new ArrayList<>(messages);
            for (int more = random.nextInt(8); more > 0; more--) {
                shuffled.add(messages.get(random.nextInt(messages.size())));
            }
            Collections.shuffle(shuffled, random);
            assertThat(endOf(shuffled, random)).isEqualTo(expected);
        }
    }

    private Function<TaskId, Message> randomEvent(Random random) {
        List<ObjectState> states = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            if (random.nextBoolean()) {
                states.add(randomState(random, index));
            }
        }
        Instant at = START.plusSeconds(random.nextInt(5));
        NodeAnswers answers = randomAnswers(random, states.size());
        return task -> answered(progressed(task, at, states.toArray(ObjectState[]::new)), answers);
    }

    private static NodeAnswers randomAnswers(Random random, int objects) {
        Map<NodeAnswer, Map<String, BitSet>> answers = new EnumMap<>(NodeAnswer.class);
        for (NodeAnswer answer : NodeAnswer.values()) {
            Map<String, BitSet> objectsByNode = new HashMap<>();
            NODES.stream().filter(_ -> random.nextBoolean()).forEach(node -> {
                BitSet some = new BitSet();
                IntStream.range(0, objects).filter(_ -> random.nextBoolean()).forEach(some::set);
                objectsByNode.put(node, some);
            });
            answers.put(answer, objectsByNode);
        }
        return NodeAnswers.of(answers);
    }

    private static ObjectState randomState(Random random, int index) {
        Phase phase = Phase.values()[random.nextInt(Phase.values().length)];
        String description = random.nextInt(3) == 0 ? "said " + random.nextInt(3) : null;
        if (random.nextInt(6) == 0) {
            return new ObjectState(index, phase, List.of(), 0, description, 0);
        }
        List<String> missing = NODES.stream().filter(_ -> random.nextInt(3) > 0).toList();
        return new ObjectState(index, phase, missing, 3, description, random.nextInt(100));
    }

    /** Returns the visible state of the task after all messages were written in batches of random size. */
    private String endOf(List<Function<TaskId, Message>> messages, Random random) {
        TaskId task = TaskIds.next();
        List<Message> left =
                new ArrayList<>(messages.stream().map(m -> m.apply(task)).toList());
        while (!left.isEmpty()) {
            List<Message> batch = left.subList(0, 1 + random.nextInt(left.size()));
            write(batch.toArray(Message[]::new));
            batch.clear();
        }
        TaskView view = service.task(account, task);
        List<ObjectView> objects = service.objects(account, task).objects();
        assertThat(view.purgedCount())
                .isEqualTo(count(objects, object -> !purgedOn(object).isEmpty()));
        assertThat(view.absentCount()).isEqualTo(count(objects, RecordingOrderTest::isInNoCache));
        return String.join(
                "\n",
                List.of(
                        view.status().toString(),
                        "progress " + view.progress(),
                        "complete " + view.completeCount() + ", failed " + view.failedCount(),
                        "lagging " + view.laggingNodes(),
                        "applied " + (view.appliedAt() != null),
                        "settled " + (view.settledAt() != null),
                        "finished " + (view.finishedAt() != null),
                        "described " + view.description(),
                        "purged " + view.purgedCount() + ", absent " + view.absentCount(),
                        objects.toString()));
    }

    private static int count(List<ObjectView> objects, Predicate<ObjectView> condition) {
        return Math.toIntExact(objects.stream().filter(condition).count());
    }

    private static List<String> purgedOn(ObjectView object) {
        return object.outcomes() == null ? List.of() : object.outcomes().purged();
    }

    private static boolean isInNoCache(ObjectView object) {
        return object.status() == TaskStatus.COMPLETE
                && object.outcomes() != null
                && object.outcomes().purged().isEmpty()
                && object.outcomes().absent().size() == object.nodesTotal();
    }

    @Test
    void object_that_no_node_had_is_counted_and_described() {
        write(
                command(id, 2),
                answered(
                        progressed(state(0, Phase.SETTLED), state(1, Phase.SETTLED)),
                        answers(Map.of("l1-b", bits(1)), Map.of("l1-a", bits(0, 1), "l1-b", bits(0)))));
        assertThat(object(0).outcomes())
                .isEqualTo(new ObjectOutcomes(List.of(), List.of("l1-a", "l1-b"), List.of(), List.of(), List.of()));
        assertThat(object(0).description()).as("nobody knows about l2-a").isNull();
        assertThat(service.task(account, id).absentCount()).isZero();

        write(answered(progressed(state(0, Phase.SETTLED)), answers(Map.of(), Map.of("l2-a", bits(0)))));

        assertThat(object(0).description()).isEqualTo("was in none of 3 caches");
        assertThat(object(1).outcomes())
                .isEqualTo(new ObjectOutcomes(List.of("l1-b"), List.of("l1-a"), List.of(), List.of(), List.of()));
        assertThat(service.task(account, id).absentCount()).isEqualTo(1);
        assertThat(service.task(account, id).purgedCount()).isEqualTo(1);
    }

    @Test
    void object_that_a_node_had_is_purged_although_a_repeated_purge_does_not_find_it() {
        write(
                command(id, 1),
                answered(progressed(state(0, Phase.APPLIED)), answers(Map.of("l1-a", bits(0)), Map.of())),
                answered(progressed(state(0, Phase.SETTLED)), answers(Map.of(), everyNode(bits(0)))));
        assertThat(object(0).outcomes())
                .isEqualTo(
                        new ObjectOutcomes(List.of("l1-a"), List.of("l1-b", "l2-a"), List.of(), List.of(), List.of()));
        assertThat(object(0).description()).isEqualTo("was in 1 of 3 caches: l1-a");
        assertThat(service.task(account, id).absentCount()).isZero();
    }

    @Test
    void node_refuses_an_object_until_it_has_received_it() {
        NodeAnswers refused =
                new NodeAnswers(Map.of(), Map.of(), Map.of(), Map.of("l1-a", bits(0)), Map.of(), Map.of());
        write(command(id, 1), answered(progressed(state(0, Phase.FAILED, "l1-a")), refused));
        assertThat(object(0).outcomes())
                .isEqualTo(new ObjectOutcomes(List.of(), List.of(), List.of(), List.of("l1-a"), List.of()));
        write(answered(progressed(state(0, Phase.SETTLED)), answers(Map.of("l1-a", bits(0)), Map.of())));
        assertThat(object(0).outcomes())
                .isEqualTo(new ObjectOutcomes(List.of("l1-a"), List.of(), List.of(), List.of(), List.of()));
    }

    @Test
    void complete_object_that_a_look_finds_again_has_failed_until_it_is_settled() {
        NodeAnswers stillServed = NodeAnswers.of(Map.of(NodeAnswer.STILL_SERVED, Map.of("l1-a", bits(0))));
        ObjectState found = new ObjectState(0, Phase.FAILED, List.of("l1-a"), 3, "l1-a still serves it", 0);
        write(command(id, 1), progressed(state(0, Phase.APPLIED)));
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.COMPLETE);

        write(answered(progressed(id, START.plusSeconds(1), found), stillServed));

        assertThat(service.task(account, id))
                .returns(TaskStatus.FAILED, TaskView::status)
                .returns(99, TaskView::progress)
                .returns(1, TaskView::failedCount)
                .returns(null, TaskView::appliedAt)
                .returns(List.of("l1-a"), TaskView::laggingNodes);
        assertThat(object(0))
                .returns(TaskStatus.FAILED, ObjectView::status)
                .returns(List.of("l1-a"), ObjectView::laggingNodes)
                .returns("l1-a still serves it", ObjectView::description);

        write(progressed(id, START.plusSeconds(2), state(0, Phase.APPLIED)));
        assertThat(object(0).status()).as("purged again, not settled").isEqualTo(TaskStatus.FAILED);

        write(progressed(id, START.plusSeconds(3), state(0, Phase.SETTLED)));
        assertThat(service.task(account, id))
                .returns(TaskStatus.COMPLETE, TaskView::status)
                .returns(START.plusSeconds(3), TaskView::settledAt)
                .returns(List.of(), TaskView::laggingNodes);
        assertThat(object(0).description()).isNull();
    }

    @Test
    void nodes_that_join_the_fleet_later_are_told_apart() {
        write(
                command(id, 1),
                answered(progressed(state(0, Phase.RUNNING, "a-new")), answers(Map.of("l1-b", bits(0)), Map.of())),
                answered(progressed(state(0, Phase.RUNNING)), answers(Map.of("a-new", bits(0)), Map.of("z", bits(0)))));
        assertThat(object(0).outcomes())
                .isEqualTo(new ObjectOutcomes(List.of("a-new", "l1-b"), List.of("z"), List.of(), List.of(), List.of()));
    }

    private static NodeAnswers answers(Map<String, BitSet> purged, Map<String, BitSet> absent) {
        return new NodeAnswers(purged, absent, Map.of(), Map.of(), Map.of(), Map.of());
    }

    private static Map<String, BitSet> everyNode(BitSet objects) {
        return NODES.stream().collect(Collectors.toMap(Function.identity(), _ -> objects));
    }

    private static BitSet bits(int... positions) {
        BitSet bits = new BitSet();
        IntStream.of(positions).forEach(bits::set);
        return bits;
    }

    private static ObjectsProgressed answered(ObjectsProgressed event, NodeAnswers answers) {
        return new ObjectsProgressed(
                event.taskId(), event.account(), event.objects(), event.totals(), event.at(), answers);
    }

    @Test
    void a_task_with_events_only_is_hidden_until_its_command_is_read() {
        write(progressed(state(0, Phase.SETTLED)), progressed(state(1, Phase.RUNNING, "l1-a")));
        assertThat(service.get("/tasks/" + id + "?account=" + account).status()).isEqualTo(404);
        assertThat(service.tasks(account, "").tasks()).isEmpty();
        write(command(id, 2));
        TaskView task = service.task(account, id);
        assertThat(task.status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(task.completeCount()).isEqualTo(1);
        assertThat(task.laggingNodes()).containsExactly("l1-a");
        assertThat(service.objects(account, id).objects())
                .extracting(ObjectView::object)
                .containsExactly(url(0), url(1));
    }

    @Test
    void an_admitted_task_with_an_event_is_running_until_its_command_is_read() {
        service.admitted(Service.request(account, null, 10, id, 1));
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.PENDING);
        write(progressed(state(0, Phase.SETTLED)));
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(service.tasks(account, "&status=running").tasks()).hasSize(1);
        write(command(id, 1));
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.COMPLETE);
    }

    @Test
    void a_node_that_one_worker_reached_stays_reached() {
        write(command(id, 1), progressed(state(0, Phase.RUNNING, "l1-a", "l2-a")));
        write(progressed(state(0, Phase.RUNNING, "l1-a", "l1-b")));
        assertThat(object(0).laggingNodes()).containsExactly("l1-a");
        assertThat(object(0).progress()).isEqualTo(66);
        assertThat(service.task(account, id).progress()).isEqualTo(66);
        write(progressed(state(0, Phase.RUNNING, "l1-b")));
        assertThat(object(0).status()).isEqualTo(TaskStatus.COMPLETE);
        assertThat(service.task(account, id).progress()).isEqualTo(100);
    }

    @Test
    void an_event_without_nodes_changes_no_missing_nodes() {
        write(command(id, 2), progressed(state(0, Phase.RUNNING, "l1-a")));
        ObjectState unknown = new ObjectState(0, Phase.FAILED, List.of(), 0, "no worker", 0);
        ObjectState other = new ObjectState(1, Phase.RUNNING, List.of(), 0, null, 0);
        write(progressed(id, START.plusSeconds(1), unknown, other));
        assertThat(object(0).laggingNodes()).containsExactly("l1-a");
        assertThat(object(0).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(object(1).status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(object(1).progress()).isZero();
    }

    @Test
    void progress_is_100_only_when_nothing_is_missing() {
        write(command(id, 200), progressed(id, START, manyComplete(199)));
        assertThat(service.task(account, id).progress()).isEqualTo(99);
        write(progressed(state(199, Phase.RUNNING, "l1-a")));
        assertThat(service.task(account, id).progress()).isEqualTo(99);
        write(progressed(state(199, Phase.APPLIED)));
        assertThat(service.task(account, id).progress()).isEqualTo(100);
    }

    @Test
    void objects_without_a_report_count_as_undelivered() {
        write(command(id, 4), progressed(state(0, Phase.APPLIED)));
        assertThat(service.task(account, id).progress()).isEqualTo(25);
    }

    @Test
    void a_failed_object_completes_by_catch_up_and_stays_complete() {
        write(command(id, 2), progressed(state(0, Phase.SETTLED), state(1, Phase.FAILED, "l1-a")));
        TaskView failed = service.task(account, id);
        assertThat(failed.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(failed.finishedAt()).isEqualTo(START);
        assertThat(failed.appliedAt()).isNull();
        write(progressed(state(1, Phase.RUNNING, "l1-a")));
        assertThat(object(1).status()).isEqualTo(TaskStatus.FAILED);
        write(progressed(id, START.plusSeconds(60), state(1, Phase.SETTLED)));
        TaskView complete = service.task(account, id);
        assertThat(complete.status()).isEqualTo(TaskStatus.COMPLETE);
        assertThat(complete.failedCount()).isZero();
        assertThat(complete.laggingNodes()).isEmpty();
        assertThat(complete.finishedAt()).isEqualTo(START.plusSeconds(60));
        write(progressed(state(1, Phase.FAILED, "l1-a")));
        assertThat(service.task(account, id)).isEqualTo(complete);
    }

    @Test
    void a_task_is_settled_after_applied_and_once_all_objects_are() {
        write(command(id, 2), progressed(state(0, Phase.APPLIED), state(1, Phase.APPLIED)));
        assertThat(service.task(account, id).appliedAt()).isEqualTo(START);
        assertThat(service.task(account, id).settledAt()).isNull();
        write(progressed(id, START.plusSeconds(5), state(0, Phase.SETTLED)));
        assertThat(service.task(account, id).settledAt()).isNull();
        write(progressed(id, START.plusSeconds(6), state(1, Phase.SETTLED)));
        assertThat(service.task(account, id).settledAt()).isEqualTo(START.plusSeconds(6));
        assertThat(service.task(account, id).appliedAt()).isEqualTo(START);
    }

    @Test
    void the_newest_description_stays_until_the_object_is_complete() {
        write(command(id, 1), progressed(id, START.plusSeconds(2), described("answered 401", "l1-a")));
        write(progressed(id, START.plusSeconds(1), described("refused", "l1-a")));
        assertThat(object(0).description()).isEqualTo("answered 401");
        write(progressed(id, START.plusSeconds(3), described(null, "l1-a")));
        assertThat(object(0).description()).isEqualTo("answered 401");
        write(progressed(id, START.plusSeconds(1), described(null)));
        assertThat(object(0).description()).isNull();
        write(progressed(id, START.plusSeconds(4), described("200, 4096 bytes")));
        assertThat(object(0).description()).isEqualTo("200, 4096 bytes");
    }

    @Test
    void a_task_that_failed_as_a_whole_fails_its_unfinished_objects() {
        write(command(id, 3), progressed(state(0, Phase.SETTLED)));
        write(new TaskFailed(id, account, "not of type refresh.v1", START));
        TaskView task = service.task(account, id);
        assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(task.description()).isEqualTo("not of type refresh.v1");
        assertThat(task.completeCount()).isEqualTo(1);
        assertThat(task.failedCount()).isEqualTo(2);
        assertThat(task.finishedAt()).isEqualTo(START);
    }

    @Test
    void an_object_that_its_task_does_not_have_is_not_counted() {
        write(progressed(state(0, Phase.SETTLED), state(5, Phase.SETTLED)));
        write(command(id, 2));
        TaskView task = service.task(account, id);
        assertThat(task.completeCount()).isEqualTo(1);
        assertThat(task.status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(service.objects(account, id).objects()).hasSize(2);
    }

    @Test
    void an_object_that_a_failed_task_does_not_have_is_not_counted() {
        write(progressed(state(0, Phase.RUNNING, "l1-a"), state(5, Phase.RUNNING, "l1-a")));
        write(new TaskFailed(id, account, "too hot", START));
        write(command(id, 2));
        write(new TaskFailed(id, account, "too hot", START));
        assertThat(service.task(account, id).failedCount()).isEqualTo(2);
    }

    @Test
    void a_task_is_charged_once_whatever_is_repeated_in_any_order() {
        TaskId commandFirst = TaskIds.next();
        write(command(commandFirst, 3), command(commandFirst, 3));
        service.admitted(Service.request(account, null, 100, commandFirst, 3));
        write(command(commandFirst, 3));
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(3);
        TaskId admissionFirst = TaskIds.next();
        service.admitted(Service.request(account, null, 100, admissionFirst, 4));
        write(command(admissionFirst, 4));
        write(command(admissionFirst, 4), command(admissionFirst, 4));
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(7);
    }

    @Test
    void a_command_without_admission_is_charged_to_its_day_beyond_the_quota() {
        service.admitted(Service.request(account, null, 5, TaskIds.next(), 5));
        write(command(id, 3));
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(8);
        RefreshCommand yesterday = new RefreshCommand(
                TaskIds.next(),
                account,
                "www.example.com",
                Selector.URL,
                List.of(url(0)),
                false,
                Instant.now().minus(Duration.ofDays(1)));
        write(yesterday);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(8);
        assertThat(service.admit(Service.request(account, null, 8, TaskIds.next(), 1))
                        .status())
                .isEqualTo(429);
    }

    @Test
    void two_tasks_in_one_batch_do_not_mix() {
        Set<String> seen = new HashSet<>();
        TaskId other = TaskIds.next();
        write(
                command(id, 2),
                command(other, 2),
                progressed(id, START, state(0, Phase.SETTLED)),
                progressed(other, START, state(1, Phase.RUNNING, "l1-a")));
        service.objects(account, id).objects().forEach(o -> seen.add("one " + o.index() + o.status()));
        service.objects(account, other).objects().forEach(o -> seen.add("two " + o.index() + o.status()));
        assertThat(seen).containsExactlyInAnyOrder("one 0COMPLETE", "one 1PENDING", "two 0PENDING", "two 1RUNNING");
    }

    private void write(Message... messages) {
        writer.write(MessageRecords.of(Instant.now(), messages));
    }

    private ObjectView object(int index) {
        return service.objects(account, id).objects().get(index);
    }

    private RefreshCommand command(TaskId task, int objects) {
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            urls.add(url(i));
        }
        return new RefreshCommand(task, account, "www.example.com", Selector.URL, urls, false, Instant.now());
    }

    private static String url(int index) {
        return "https://www.example.com/" + index;
    }

    private ObjectsProgressed progressed(ObjectState... states) {
        return progressed(id, START, states);
    }

    private ObjectsProgressed progressed(TaskId task, Instant at, ObjectState... states) {
        return new ObjectsProgressed(task, account, List.of(states), new TaskTotals(0, 0, 0, 0, 0), at);
    }

    private static ObjectState state(int index, Phase phase, String... missing) {
        return new ObjectState(index, phase, List.of(missing), 3, null, 0);
    }

    private static ObjectState described(@Nullable String description, String... missing) {
        return new ObjectState(0, Phase.RUNNING, List.of(missing), 3, description, 0);
    }

    private static ObjectState[] manyComplete(int count) {
        ObjectState[] states = new ObjectState[count];
        for (int i = 0; i < count; i++) {
            states[i] = state(i, Phase.APPLIED);
        }
        return states;
    }
}
