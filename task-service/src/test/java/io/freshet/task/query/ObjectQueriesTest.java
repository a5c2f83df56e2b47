package io.freshet.task.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskObject;
import io.freshet.contracts.task.TaskObject.Outcome;
import io.freshet.contracts.task.TaskObjectPage;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.task.Postgres;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Listing of objects over all tasks, on a history with many tasks in every state. */
class ObjectQueriesTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final int ROUNDS = 40;
    private static final String TAGGED = "*.example.com#news";
    private static final String SHARED = "https://d.example.com/shared";

    private static JdbcClient jdbc;
    private static ObjectQueries queries;
    private static final List<TaskObject> all = new ArrayList<>();
    private static long made;

    @BeforeAll
    static void history() {
        DataSource database = Postgres.newDatabase();
        Flyway.configure().dataSource(database).load().migrate();
        jdbc = JdbcClient.create(database);
        queries = new ObjectQueries(jdbc);
        for (int i = 0; i < ROUNDS; i++) {
            admitted();
            TaskId complete = commandRead(TaskKind.REFRESH, Selector.URL, null, "COMPLETE", "COMPLETE");
            commandRead(TaskKind.REFRESH, Selector.DIRECTORY, null, "RUNNING");
            commandRead(TaskKind.REFRESH, Selector.IGNORE_QUERY, null, "COMPLETE");
            commandRead(TaskKind.REFRESH, Selector.TAG, null, "COMPLETE", "RUNNING");
            commandRead(TaskKind.PUSH, Selector.URL, null, "COMPLETE", "FAILED", "RUNNING", "PENDING");
            commandRead(TaskKind.REFRESH, Selector.URL, "a dead letter", "COMPLETE", "RUNNING", "PENDING");
            commandRead(TaskKind.REFRESH, Selector.URL, null, "FAILED");
            withdrawn();
            cancelled();
            waiting(complete);
            foreign();
        }
        jdbc.sql("""
                        insert into index_segment
                        select segment, min(task_id), max(task_id) from task_object where segment > 0 group by segment
                        """).update();
        all.sort(Comparator.comparing(TaskObject::taskId).reversed());
        jdbc.sql("vacuum analyze").update();
    }

    private static TaskId next() {
        return TaskId.floor(START.plusSeconds(++made));
    }

    private static void task(
            TaskId id,
            String account,
            TaskKind kind,
            Selector selector,
            boolean commandRead,
            int complete,
            int failed,
            int n) {
        jdbc.sql("""
                        insert into task (id, account, kind, selector, domain, object_count, command_read, reported,
                            complete_count, failed_count)
                        values (:id, :account, :kind, :selector, 'd.example.com', :n, :commandRead, :commandRead,
                            :complete, :failed)
                        """)
                .param("id", id.value())
                .param("account", account)
                .param("kind", kind.name())
                .param("selector", selector.name())
                .param("commandRead", commandRead)
                .param("complete", complete)
                .param("failed", failed)
                .param("n", n)
                .update();
    }

    private static void expect(
            TaskId id,
            TaskKind kind,
            Selector selector,
            @Nullable String object,
            TaskStatus status,
            int done,
            int nodes,
            @Nullable String description) {
        all.add(new TaskObject(id, kind, selector, "d.example.com", object, status, done, nodes, description));
    }

    private static void admitted() {
        TaskId id = next();
        task(id, "acme", TaskKind.REFRESH, Selector.URL, false, 0, 0, 2);
        expect(id, TaskKind.REFRESH, Selector.URL, null, TaskStatus.PENDING, 0, 0, null);
        expect(id, TaskKind.REFRESH, Selector.URL, null, TaskStatus.PENDING, 0, 0, null);
    }

    private static TaskId commandRead(TaskKind kind, Selector selector, @Nullable String failure, String... statuses) {
        TaskId id = next();
        task(id, "acme", kind, selector, true, count("COMPLETE", statuses), count("FAILED", statuses), statuses.length);
        jdbc.sql("update task set failure = :failure where id = :id")
                .param("failure", failure)
                .param("id", id.value())
                .update();
        for (int i = 0; i < statuses.length; i++) {
            object(id, kind, selector, failure, i, statuses[i]);
        }
        return id;
    }

    private static void object(
            TaskId id, TaskKind kind, Selector selector, @Nullable String failure, int index, String status) {
        String name = index == 0 && kind == TaskKind.REFRESH
                ? selector == Selector.TAG ? TAGGED : SHARED
                : "https://d.example.com/" + id + "/" + index;
        boolean reported = !status.equals("PENDING");
        boolean failed = status.equals("FAILED");
        jdbc.sql("""
                        insert into task_object (task_id, index, object, reported, failed, description, nodes,
                            missing, segment)
                        values (:id, :index, :name, :reported, :failed, :description, :nodes,
                            :missing::text[], :segment)
                        """)
                .param("id", id.value())
                .param("index", index)
                .param("name", name)
                .param("reported", reported)
                .param("segment", made % 4)
                .param("failed", failed)
                .param("description", failed ? "origin answered 404" : null)
                .param("nodes", reported ? 3 : 0)
                .param("missing", !reported ? null : status.equals("COMPLETE") ? "{}" : "{l1-a,l1-b}")
                .update();
        TaskStatus seen =
                failure != null && !status.equals("COMPLETE") ? TaskStatus.FAILED : TaskStatus.valueOf(status);
        expect(
                id,
                kind,
                selector,
                name,
                seen,
                !reported ? 0 : status.equals("COMPLETE") ? 3 : 1,
                reported ? 3 : 0,
                failed ? "origin answered 404" : seen == TaskStatus.FAILED ? failure : null);
    }

    private static void cancelled() {
        TaskId id = commandRead(TaskKind.REFRESH, Selector.URL, null, "COMPLETE", "FAILED", "RUNNING", "PENDING");
        jdbc.sql("update task set cancelled_at = now() where id = :id")
                .param("id", id.value())
                .update();
        all.replaceAll(object -> object.taskId().equals(id) && outcome(object.status()) == Outcome.OPEN
                ? new TaskObject(
                        id,
                        object.kind(),
                        object.type(),
                        object.domain(),
                        object.object(),
                        TaskStatus.CANCELLED,
                        object.nodesDone(),
                        object.nodesTotal(),
                        "cancelled")
                : object);
    }

    private static int count(String status, String... statuses) {
        return (int) Stream.of(statuses).filter(status::equals).count();
    }

    private static void withdrawn() {
        TaskId id = next();
        task(id, "acme", TaskKind.REFRESH, Selector.DIRECTORY, false, 0, 0, 1);
        jdbc.sql("update task set withdrawn_at = now() where id = :id")
                .param("id", id.value())
                .update();
        expect(id, TaskKind.REFRESH, Selector.DIRECTORY, null, TaskStatus.FAILED, 0, 0, TaskQueries.WITHDRAWN);
    }

    /** The objects of a waiting push are those of its refresh. */
    private static void waiting(TaskId refresh) {
        TaskId id = next();
        task(id, "acme", TaskKind.PUSH, Selector.URL, false, 0, 0, 2);
        jdbc.sql("update task set follows = :refresh where id = :id")
                .param("refresh", refresh.value())
                .param("id", id.value())
                .update();
        expect(id, TaskKind.PUSH, Selector.URL, SHARED, TaskStatus.PENDING, 0, 0, null);
        expect(
                id,
                TaskKind.PUSH,
                Selector.URL,
                "https://d.example.com/" + refresh + "/1",
                TaskStatus.PENDING,
                0,
                0,
                null);
    }

    private static void foreign() {
        TaskId id = next();
        task(id, "other", TaskKind.REFRESH, Selector.URL, true, 0, 0, 1);
        jdbc.sql("insert into task_object (task_id, index, object) values (:id, 0, :object)")
                .param("id", id.value())
                .param("object", SHARED)
                .update();
        TaskId events = next();
        jdbc.sql("insert into task (id, account) values (:id, 'acme')")
                .param("id", events.value())
                .update();
    }

    static Stream<ObjectFilter> filters() {
        Instant from = START.plusSeconds(100);
        Instant to = START.plusSeconds(200);
        List<TaskId> some = List.of(TaskId.floor(START.plusSeconds(2)), TaskId.floor(START.plusSeconds(4)));
        return Stream.of((Outcome) null, Outcome.OPEN, Outcome.COMPLETE, Outcome.FAILED)
                .flatMap(outcome -> Stream.of(
                        new ObjectFilter("acme", List.of(), null, List.of(), null, null, outcome, null, null),
                        new ObjectFilter("acme", some, null, List.of(), null, null, outcome, null, null),
                        new ObjectFilter("acme", List.of(), TaskKind.PUSH, List.of(), null, null, outcome, null, null),
                        new ObjectFilter(
                                "acme",
                                List.of(),
                                TaskKind.REFRESH,
                                List.of(Selector.URL, Selector.IGNORE_QUERY),
                                "d.example.com",
                                null,
                                outcome,
                                null,
                                null),
                        new ObjectFilter("acme", List.of(), null, List.of(), null, null, outcome, from, to),
                        new ObjectFilter(
                                "acme", List.of(), TaskKind.REFRESH, List.of(), null, SHARED, outcome, null, null),
                        new ObjectFilter("acme", List.of(), null, List.of(), null, TAGGED, outcome, null, null),
                        new ObjectFilter(
                                "acme", List.of(), null, List.of(Selector.TAG), null, null, outcome, null, null),
                        new ObjectFilter(
                                "acme", List.of(), null, List.of(), "another.example.com", null, outcome, null, null)));
    }

    @ParameterizedTest
    @MethodSource("filters")
    void pages_show_every_object_once_and_the_total_counts_them(ObjectFilter filter) {
        List<TaskObject> expected =
                all.stream().filter(object -> matches(filter, object)).toList();
        for (int size : new int[] {1, 7, 100}) {
            List<TaskObject> paged = new ArrayList<>();
            TaskObjectPage page;
            do {
                page = queries.page(filter, paged.size(), size);
                assertThat(page.total()).isEqualTo(expected.size());
                paged.addAll(page.objects());
            } while (!page.objects().isEmpty());
            assertThat(paged).isEqualTo(expected);
        }
    }

    private static boolean matches(ObjectFilter filter, TaskObject object) {
        return (filter.tasks().isEmpty() || filter.tasks().contains(object.taskId()))
                && (filter.kind() == null || filter.kind() == object.kind())
                && (filter.types().isEmpty() || filter.types().contains(object.type()))
                && (filter.domain() == null || filter.domain().equals(object.domain()))
                && (filter.object() == null || filter.object().equals(object.object()))
                && (filter.from() == null || !object.taskId().madeAt().isBefore(filter.from()))
                && (filter.to() == null || object.taskId().madeAt().isBefore(filter.to()))
                && (filter.outcome() == null || filter.outcome() == outcome(object.status()));
    }

    private static Outcome outcome(TaskStatus status) {
        return switch (status) {
            case PENDING, RUNNING -> Outcome.OPEN;
            case COMPLETE -> Outcome.COMPLETE;
            case CANCELLED, FAILED -> Outcome.FAILED;
        };
    }

    @Test
    void an_unknown_account_has_no_objects() {
        ObjectFilter unknown = new ObjectFilter("nobody", List.of(), null, List.of(), null, null, null, null, null);
        assertThat(queries.page(unknown, 0, 20)).isEqualTo(new TaskObjectPage(0, List.of()));
    }
}
