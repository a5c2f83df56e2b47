package io.freshet.task.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.task.Postgres;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Listings over a history that is large enough for an index to matter. */
class QueriesTest {

    private static final int TASKS = 20_000;
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static JdbcClient jdbc;
    private static TaskQueries queries;
    /** All tasks of account-0, newest first; one of their objects, and its tasks. */
    private static List<TaskView> all;

    private static String object;
    private static Set<Long> holders;

    @BeforeAll
    static void history() {
        DataSource database = Postgres.newDatabase();
        Flyway.configure().dataSource(database).load().migrate();
        jdbc = JdbcClient.create(database);
        queries = new TaskQueries(jdbc);
        // One task a second, of ten accounts; every 50th is a push, every 100th still runs, of every 7th only events
        // are known.
        jdbc.sql("""
                        insert into task (id, account, kind, selector, domain, object_count, command_read,
                            appended_at, reported, complete_count)
                        select :start + (n::bigint * 1000 << :bits), 'account-' || n % 10,
                            case when n % 7 = 6 then null when n % 50 = 0 then 'PUSH' else 'REFRESH' end,
                            case when n % 30 = 0 then 'DIRECTORY' else 'URL' end,
                            'd' || n % 3 || '.example.com', 2, true, now(), true,
                            case when n % 100 = 0 then 0 else 2 end
                        from generate_series(0, :tasks - 1) n
                        """)
                .param("start", TaskId.floor(START).value())
                .param("bits", TaskId.LOW_BITS)
                .param("tasks", TASKS)
                .update();
        partition("early", Duration.ZERO, Duration.ofHours(2));
        partition("later", Duration.ofHours(2), Duration.ofHours(4));
        // Two instances begin a segment every half hour, at different times; objects of every 7th task are in
        // segment 0.
        jdbc.sql("""
                        insert into task_object (task_id, index, object, reported, missing, segment)
                        select id, i, 'https://' || domain || '/' || n % 500 || '/' || i, true,
                            case when complete_count = 2 then '{}'::text[] else '{l1-a}' end,
                            case when n % 7 = 5 then 0
                                when n / 500 % 2 = 0 then 2 + n / 1800 * 2 else 1 + (n + 900) / 1800 * 2 end
                        from (select *, ((id - :start) >> :bits) / 1000 as n from task) task, generate_series(0, 1) i
                        """)
                .param("start", TaskId.floor(START).value())
                .param("bits", TaskId.LOW_BITS)
                .update();
        jdbc.sql("""
                        insert into index_segment
                        select segment, min(task_id), max(task_id) from task_object where segment > 0 group by segment
                        """).update();
        jdbc.sql("vacuum analyze").update();
        all = queries.page(account(), TASKS, null).tasks();
        object = jdbc.sql("select object from task_object where task_id = :id and index = 1")
                .param("id", all.get(all.size() - 2).taskId().value())
                .query(String.class)
                .single();
        holders = jdbc.sql("select task_id from task_object where object = :object")
                .param("object", object)
                .query(Long.class)
                .set();
    }

    private static void partition(String name, Duration from, Duration to) {
        jdbc.sql("create table task_object_%s partition of task_object for values from (%d) to (%d)"
                        .formatted(
                                name,
                                TaskId.floor(START.plus(from)).value(),
                                TaskId.floor(START.plus(to)).value()))
                .update();
    }

    private static TaskFilter account() {
        return new TaskFilter("account-0", null, null, null, null, null, null, null);
    }

    static Stream<TaskFilter> filters() {
        return Stream.of(
                account(),
                new TaskFilter("account-0", TaskKind.PUSH, null, null, null, null, null, null),
                new TaskFilter("account-0", null, Selector.DIRECTORY, null, null, null, null, null),
                new TaskFilter("account-0", null, null, TaskStatus.RUNNING, null, null, null, null),
                new TaskFilter("account-0", null, null, null, "d1.example.com", null, null, null),
                ofDomains(null, List.of("d1.example.com", "d2.example.com")),
                ofDomains("d2.example.com", List.of("d1.example.com", "d2.example.com")),
                new TaskFilter("account-0", null, null, null, null, object, null, null),
                new TaskFilter("account-0", TaskKind.REFRESH, null, TaskStatus.COMPLETE, null, object, null, null),
                new TaskFilter(
                        "account-0",
                        null,
                        null,
                        null,
                        null,
                        object,
                        START.plus(Duration.ofHours(1)),
                        START.plus(Duration.ofHours(3))),
                new TaskFilter(
                        "account-0",
                        null,
                        null,
                        null,
                        null,
                        null,
                        START.plus(Duration.ofHours(1)),
                        START.plus(Duration.ofHours(2))),
                new TaskFilter(
                        "account-0",
                        TaskKind.REFRESH,
                        Selector.URL,
                        TaskStatus.COMPLETE,
                        "d2.example.com",
                        null,
                        null,
                        null));
    }

    private static TaskFilter ofDomains(@Nullable String domain, List<String> domains) {
        return new TaskFilter("account-0", null, null, null, domain, null, null, null, null, domains);
    }

    @ParameterizedTest
    @MethodSource("filters")
    void paging_shows_every_task_once_and_newest_first(TaskFilter filter) {
        List<TaskId> paged = new ArrayList<>();
        String pageToken = null;
        do {
            TaskPage page = queries.page(filter, 37, pageToken);
            page.tasks().forEach(task -> paged.add(task.taskId()));
            pageToken = page.nextPageToken();
        } while (pageToken != null);
        assertThat(paged).isNotEmpty().isEqualTo(expected(filter));
    }

    private static List<TaskId> expected(TaskFilter filter) {
        return all.stream()
                .filter(task -> matches(filter, task))
                .map(TaskView::taskId)
                .toList();
    }

    private static boolean matches(TaskFilter filter, TaskView task) {
        return is(filter.kind(), task.kind())
                && is(filter.type(), task.type())
                && is(filter.status(), task.status())
                && is(filter.domain(), task.domain())
                && (filter.domains() == null || filter.domains().contains(task.domain()))
                && (filter.from() == null || !task.createdAt().isBefore(filter.from()))
                && (filter.to() == null || task.createdAt().isBefore(filter.to()))
                && (filter.object() == null || holders.contains(task.taskId().value()));
    }

    private static boolean is(@Nullable Object wanted, Object value) {
        return wanted == null || wanted.equals(value);
    }

    @ParameterizedTest
    @MethodSource("filters")
    void every_page_is_served_by_an_index(TaskFilter filter) {
        String middle = PageToken.TASKS.after(
                TaskId.floor(START.plus(Duration.ofMinutes(100))).value());
        assertThat(plan(queries.listing(filter, 20, middle))).contains("Index").doesNotContain("Seq Scan on task");
    }

    @Test
    void a_page_of_a_long_listing_is_read_in_index_order_without_a_sort() {
        TaskFilter complete = new TaskFilter("account-0", null, null, TaskStatus.COMPLETE, null, null, null, null);
        for (TaskFilter filter : List.of(account(), complete)) {
            assertThat(plan(queries.listing(filter, 20, null))).doesNotContain("Sort");
        }
    }

    @Test
    void a_page_of_objects_is_served_by_an_index() {
        SqlBuilder listing =
                queries.objectListing(TaskId.floor(START), TaskStatus.RUNNING, 100, PageToken.OBJECTS.after(0));
        assertThat(plan(listing)).contains("Index").doesNotContain("Seq Scan on task");
    }

    @Test
    void a_search_reads_each_segment_once_and_only_partitions_of_its_tasks() {
        TaskFilter named = new TaskFilter("account-0", null, null, null, null, object, null, null);
        String plan = explain("explain (analyze) ", queries.listing(named, 20, null));
        assertThat(loops(plan, "task_object_early")).isEqualTo(segments(Duration.ZERO, Duration.ofHours(2)));
        assertThat(loops(plan, "task_object_later")).isEqualTo(segments(Duration.ofHours(2), Duration.ofHours(4)));
    }

    private static int loops(String plan, String table) {
        Matcher scan =
                Pattern.compile("Index Scan.* on " + table + " .*loops=(\\d+)").matcher(plan);
        assertThat(scan.find()).as(plan).isTrue();
        return Integer.parseInt(scan.group(1));
    }

    private static int segments(Duration from, Duration to) {
        int some = jdbc.sql("select count(*) from index_segment where last_task >= :from and first_task < :to")
                .param("from", TaskId.floor(START.plus(from)).value())
                .param("to", TaskId.floor(START.plus(to)).value())
                .query(Integer.class)
                .single();
        int all = jdbc.sql("select count(*) from index_segment")
                .query(Integer.class)
                .single();
        assertThat(some).isBetween(2, all - 2);
        return some;
    }

    private static String plan(SqlBuilder query) {
        return explain("explain ", query);
    }

    private static String explain(String explain, SqlBuilder query) {
        return String.join(
                "\n",
                jdbc.sql(explain + query.sql())
                        .params(query.parameters())
                        .query(String.class)
                        .list());
    }
}
