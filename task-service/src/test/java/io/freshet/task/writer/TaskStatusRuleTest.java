package io.freshet.task.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.task.TaskProgress;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.task.MovableClock;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import io.freshet.task.storage.PeriodicJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rule of a task's status and progress, in Java and in SQL. */
@ServiceTest
class TaskStatusRuleTest {

    private static final int HISTORIES = 150;
    private static final List<String> NODES = List.of("l1-a", "l1-b", "l2-a");
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    @Autowired
    BatchWriter writer;

    @Autowired
    Service service;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    MovableClock clock;

    @Autowired
    @Qualifier("abandonedAdmissionSweeper")
    PeriodicJob sweeper;

    final String account = "account-" + UUID.randomUUID();

    @AfterEach
    void now() {
        clock.setAhead(Duration.ZERO);
    }

    @Test
    void the_status_column_agrees_with_the_java_rule_for_every_combination() {
        // Ids of the far future, which no other test draws.
        jdbc.sql("""
                        insert into task (id, account, object_count, withdrawn_at, cancelled_at, command_read, failure,
                            reported, complete_count, failed_count)
                        select :last - row_number() over (), :account, objects,
                            case when withdrawn then now() end, case when cancelled then now() end, command_read,
                            case when failed then 'x' end, reported,
                            complete_count, failed_count
                        from (values (null), (1), (2), (3)) as o (objects),
                            (values (true), (false)) as w (withdrawn),
                            (values (true), (false)) as c (cancelled),
                            (values (true), (false)) as r (command_read),
                            (values (true), (false)) as f (failed),
                            (values (true), (false)) as e (reported),
                            generate_series(0, 3) as complete_count,
                            generate_series(0, 3) as failed_count
                        where objects is not null or not command_read
                        """).param("last", Long.MAX_VALUE).param("account", account).update();
        List<String> different = new ArrayList<>();
        int[] rows = new int[1];
        jdbc.sql("select * from task where account = :account")
                .param("account", account)
                .query(row -> {
                    TaskProgress progress = new TaskProgress(
                            row.getObject("withdrawn_at") != null,
                            row.getObject("cancelled_at") != null,
                            row.getBoolean("command_read"),
                            row.getString("failure") != null,
                            row.getBoolean("reported"),
                            new TaskTotals(
                                    row.getInt("object_count"),
                                    row.getInt("complete_count"),
                                    row.getInt("failed_count"),
                                    0,
                                    0));
                    rows[0]++;
                    if (!progress.status().name().equals(row.getString("status"))) {
                        different.add(progress + " is " + progress.status() + ", in SQL " + row.getString("status"));
                    }
                });
        assertThat(different).isEmpty();
        assertThat(rows[0]).isEqualTo((4 * 32 - 16) * 16);
    }

    static LongStream seeds() {
        String only = System.getProperty("freshet.seed");
        return only == null ? new Random().longs(HISTORIES) : LongStream.of(Long.parseLong(only));
    }

    @Test
    void status_and_progress_agree_with_the_java_rule_on_random_histories() {
        Set<TaskStatus> seen = EnumSet.noneOf(TaskStatus.class);
        seeds().forEach(seed -> {
            Random random = new Random(seed);
            History history = new History(random);
            for (int step = 0, steps = 2 + random.nextInt(9); step < steps; step++) {
                String did = history.step();
                TaskProgress expected = history.model.progress();
                String at = "seed %d, step %d: %s, %s".formatted(seed, step, did, expected);
                history.assertStored(expected, at);
                seen.add(expected.status());
            }
        });
        assertThat(seen).containsOnly(TaskStatus.values());
    }

    /** One task, in Postgres and in the model. */
    private final class History {

        private final Random random;
        private final TaskId id = TaskIds.next();
        private final int objects;
        private final AdmissionRequest request;
        private final Model model;

        History(Random random) {
            this.random = random;
            this.objects = 1 + random.nextInt(4);
            this.request = Service.request(account, null, Integer.MAX_VALUE, id, objects);
            this.model = new Model(objects);
        }

        String step() {
            return switch (random.nextInt(12)) {
                case 0, 1 -> {
                    service.admitted(request);
                    model.admit();
                    yield "admission";
                }
                case 2 -> {
                    if (model.canBeWithdrawn()) {
                        withdraw();
                        model.withdraw();
                    }
                    yield "withdrawal";
                }
                default -> write();
            };
        }

        private void withdraw() {
            clock.setAhead(Duration.ofSeconds(130));
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                sweeper.run();
                return jdbc.sql("select withdrawn_at is not null from task where id = :id")
                        .param("id", id.value())
                        .query(Boolean.class)
                        .single();
            });
            clock.setAhead(Duration.ZERO);
        }

        /** Writes a batch of commands, progress and failures; the model applies them in the order of the writers. */
        private String write() {
            List<Message> batch = new ArrayList<>();
            boolean command = random.nextInt(4) == 0;
            if (command) {
                model.command();
                batch.add(refresh());
            }
            for (int events = random.nextInt(command ? 2 : 3); events >= 0; events--) {
                ObjectsProgressed progressed = progressed();
                model.progressed(progressed);
                batch.add(progressed);
            }
            if (random.nextInt(8) == 0) {
                model.cancelled = true;
                batch.add(new TaskCancelled(id, account, START));
            }
            if (random.nextInt(8) == 0) {
                model.fail();
                batch.add(new TaskFailed(id, account, "origin refused", START));
            }
            writer.write(MessageRecords.of(Instant.now(), batch.toArray(Message[]::new)));
            return batch.toString();
        }

        private RefreshCommand refresh() {
            List<String> urls = IntStream.range(0, objects)
                    .mapToObj(i -> "https://www.example.com/" + i)
                    .toList();
            return new RefreshCommand(id, account, "www.example.com", Selector.URL, urls, false, Instant.now());
        }

        /** Before the number of objects is known, an event may name one that the task does not have. */
        private ObjectsProgressed progressed() {
            List<ObjectState> states = IntStream.range(0, model.known ? objects : objects + 1)
                    .filter(_ -> random.nextBoolean())
                    .mapToObj(this::state)
                    .toList();
            return new ObjectsProgressed(id, account, states, new TaskTotals(0, 0, 0, 0, 0), START);
        }

        private ObjectState state(int index) {
            Phase phase = random.nextInt(3) == 0 ? Phase.FAILED : Phase.RUNNING;
            if (random.nextInt(6) == 0) {
                return new ObjectState(index, phase, List.of(), 0, null, 0);
            }
            List<String> nodes = NODES.subList(0, 2 + random.nextInt(2));
            List<String> missing =
                    nodes.stream().filter(_ -> random.nextInt(3) == 0).toList();
            return new ObjectState(index, phase, missing, nodes.size(), null, 0);
        }

        void assertStored(TaskProgress expected, String at) {
            String status = jdbc.sql("select status from task where id = :id")
                    .param("id", id.value())
                    .query(String.class)
                    .optional()
                    .orElse("PENDING");
            assertThat(status).as(at).isEqualTo(expected.status().name());
            if (model.known) {
                TaskView view = service.task(account, id);
                assertThat(view.status()).as(at).isEqualTo(expected.status());
                assertThat(view.progress()).as(at).isEqualTo(expected.percent());
                assertThat(view.completeCount())
                        .as(at)
                        .isEqualTo(expected.totals().complete());
                assertThat(view.failedCount())
                        .as(at)
                        .isEqualTo(expected.totals().failed());
            }
        }
    }

    /** A task as simple code keeps it: the objects themselves, counted again each time. */
    private static final class Model {

        private final int objects;
        private final Map<Integer, ModelObject> stored = new HashMap<>();
        private boolean known;
        private boolean withdrawn;
        private boolean cancelled;
        private boolean commandRead;
        private boolean failed;
        private boolean reported;
        private int maxNodes;

        Model(int objects) {
            this.objects = objects;
        }

        void admit() {
            known = true;
            if (!commandRead) {
                dropWithdrawal();
            }
        }

        private void dropWithdrawal() {
            withdrawn = false;
        }

        boolean canBeWithdrawn() {
            return known && !commandRead && !withdrawn && !failed && !reported;
        }

        void withdraw() {
            withdrawn = true;
        }

        void command() {
            known = true;
            dropWithdrawal();
            if (commandRead) {
                return;
            }
            commandRead = true;
            IntStream.range(0, objects).forEach(this::object);
            stored.keySet().removeIf(index -> index >= objects);
            if (failed) {
                failUnfinished();
            }
        }

        void progressed(ObjectsProgressed event) {
            reported = true;
            event.objects().forEach(state -> {
                object(state.index()).merge(state);
                maxNodes = Math.max(maxNodes, state.nodes());
            });
        }

        void fail() {
            reported = true;
            failed = true;
            failUnfinished();
        }

        private void failUnfinished() {
            stored.values().forEach(object -> object.failed = true);
        }

        private ModelObject object(int index) {
            return stored.computeIfAbsent(index, _ -> new ModelObject());
        }

        TaskProgress progress() {
            int complete = 0;
            int failures = 0;
            int withNodes = 0;
            long delivered = 0;
            long pairs = 0;
            for (ModelObject object : stored.values()) {
                complete += object.isComplete() ? 1 : 0;
                failures += object.failed && !object.isComplete() ? 1 : 0;
                withNodes += object.missing == null ? 0 : 1;
                delivered += object.missing == null ? 0 : object.nodes - object.missing.size();
                pairs += object.nodes;
            }
            int count = known ? objects : 0;
            long expected = TaskProgress.expectedPairs(count, withNodes, pairs, maxNodes);
            return new TaskProgress(
                    withdrawn,
                    cancelled,
                    commandRead,
                    failed,
                    reported,
                    new TaskTotals(count, complete, failures, delivered, expected));
        }
    }

    private static final class ModelObject {

        private @Nullable Set<String> missing;
        private int nodes;
        private boolean failed;

        void merge(ObjectState state) {
            failed |= state.phase() == Phase.FAILED;
            nodes = Math.max(nodes, state.nodes());
            if (state.nodes() > 0) {
                if (missing == null) {
                    missing = new HashSet<>(state.missing());
                } else {
                    missing.retainAll(state.missing());
                }
            }
        }

        boolean isComplete() {
            return missing != null && missing.isEmpty();
        }
    }
}
