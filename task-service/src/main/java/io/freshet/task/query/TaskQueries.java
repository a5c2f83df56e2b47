package io.freshet.task.query;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.ObjectOutcomes;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.ObjectView;
import io.freshet.contracts.task.TaskOptions;
import io.freshet.contracts.task.TaskPage;
import io.freshet.contracts.task.TaskProgress;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Queries of tasks. A task is found once it is admitted or its command is read, not while only events are known. */
@Component
class TaskQueries {

    /** The reason of tasks whose admission was withdrawn. */
    static final String WITHDRAWN = "withdrawn: its command was never published";

    /**
     * The condition that finds an object by its name in a segment of the index, in the partitions of its tasks only.
     */
    static final String NAMED = """
            o.segment = s.segment and o.task_id between s.first_task and s.last_task
                and hashtextextended(o.object, 0) = hashtextextended(:object, 0) and o.object = :object
            """;

    /** The status of an object: an unfinished one is cancelled with its task. */
    private static final String OBJECT_STATUS = """
            case
                when t.status = 'CANCELLED' and o.status in ('PENDING', 'RUNNING') then 'CANCELLED'
                else o.status
            end""";

    /** The objects of children follow those of their root. */
    private static final String CHILD_INDEX = "r.object_count + t.child_offset + o.index";

    private static final String OF_CHILDREN = "join task r on r.id = t.root_id where r.id = :id";

    /** The description of an object; that of the look while an old copy is served although no node misses it. */
    static final String DESCRIPTION = """
            case
                when o.missing = '{}' and o.still_served is not null and not o.settled then o.still_served_because
                else o.description
            end""";

    private final JdbcClient jdbc;

    TaskQueries(@Qualifier("queries") JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    TaskPage page(TaskFilter filter, int limit, @Nullable String pageToken) {
        SqlBuilder query = listing(filter, limit, pageToken);
        List<FoundTask> found = jdbc.sql(query.sql())
                .params(query.parameters())
                .query((row, _) -> new FoundTask(row.getLong("found_id"), task(row, listedOptions(row))))
                .list();
        if (found.size() <= limit) {
            return new TaskPage(tasks(found), null);
        }
        List<FoundTask> page = found.subList(0, limit);
        return new TaskPage(tasks(page), PageToken.TASKS.after(page.getLast().id()));
    }

    /**
     * A task of a page.
     *
     * @param id of its child that has the object; else its own
     */
    private record FoundTask(long id, TaskView task) {}

    /** Returns each task once, in order: several children of one may have the same object. */
    private static List<TaskView> tasks(List<FoundTask> found) {
        SequencedMap<TaskId, TaskView> tasks = new LinkedHashMap<>();
        found.forEach(task -> tasks.putIfAbsent(task.task().taskId(), task.task()));
        return List.copyOf(tasks.values());
    }

    /** Returns a query for one task more than the limit, which tells whether there is a next page. */
    SqlBuilder listing(TaskFilter filter, int limit, @Nullable String pageToken) {
        SqlBuilder all = new SqlBuilder(
                "select t.*, t.id as found_id from task t where t.kind is not null and t.root_id is null");
        long before = PageToken.TASKS.read(pageToken, Long.MAX_VALUE);
        if (filter.object() == null) {
            return filtered(all, "t.id", before, filter, limit);
        }
        // Reads a page of each segment, so that no segment is read to its end, and then a page of these.
        SqlBuilder named = new SqlBuilder("""
                select r.* from index_segment s cross join lateral (
                    select t.*, o.task_id as found_id
                    from task_object o join task c on c.id = o.task_id join task t on t.id = coalesce(c.root_id, c.id)
                    where t.kind is not null and
                """ + NAMED).with("object", filter.object());
        return filtered(named, "o.task_id", before, filter, limit)
                .append(") r where s.first_task < :before")
                .where("s.last_task >= :from", "from", idAt(filter.from()))
                .where("s.first_task < :to", "to", idAt(filter.to()))
                .append(" order by r.found_id desc limit :limit");
    }

    private static SqlBuilder filtered(SqlBuilder query, String id, long before, TaskFilter filter, int limit) {
        return query.where("t.account = :account", "account", filter.account())
                .where(id + " < :before", "before", before)
                .where("t.kind = :kind", "kind", name(filter.kind()))
                .where("t.selector = :type", "type", name(filter.type()))
                .where("t.status = :status", "status", name(filter.status()))
                .where("t.domain = :domain", "domain", filter.domain())
                .where("t.domain in (:domains)", "domains", filter.domains())
                .where(
                        "t.batch_id = :batch",
                        "batch",
                        filter.batch() == null ? null : filter.batch().value())
                .where(id + " >= :from", "from", idAt(filter.from()))
                .where(id + " < :to", "to", idAt(filter.to()))
                .append(" order by " + id + " desc limit :limit")
                .with("limit", limit + 1);
    }

    Optional<TaskView> task(TaskId id, String account) {
        return jdbc.sql("select * from task where id = :id and account = :account and kind is not null"
                        + " and root_id is null")
                .param("id", id.value())
                .param("account", account)
                .query((row, _) -> task(row, options(row)))
                .optional();
    }

    /** Returns the page, or empty if the account has no such task. */
    Optional<ObjectPage> objects(
            TaskId id, String account, @Nullable TaskStatus status, int limit, @Nullable String pageToken) {
        SqlBuilder query = objectListing(id, status, limit, pageToken);
        if (task(id, account).isEmpty()) {
            return Optional.empty();
        }
        List<ObjectView> objects = jdbc.sql(query.sql())
                .params(query.parameters())
                .query((row, _) -> object(row))
                .list();
        if (objects.size() <= limit) {
            return Optional.of(new ObjectPage(objects, null));
        }
        List<ObjectView> page = objects.subList(0, limit);
        return Optional.of(
                new ObjectPage(page, PageToken.OBJECTS.after(page.getLast().index())));
    }

    SqlBuilder objectListing(TaskId id, @Nullable TaskStatus status, int limit, @Nullable String pageToken) {
        SqlBuilder query = new SqlBuilder("select * from ((").append(objects("o.index", "where o.task_id = :id"));
        matching(query, "o.index", status).append(") union all (").append(objects(CHILD_INDEX, OF_CHILDREN));
        return matching(query, CHILD_INDEX, status)
                .append(")) as objects order by shown_index limit :limit")
                .with("id", id.value())
                .with("after", PageToken.OBJECTS.read(pageToken, -1))
                .with("limit", limit + 1);
    }

    private static String objects(String index, String where) {
        return "select o.*, t.node_ids, lagging_nodes(o.missing, o.still_served, o.settled, t.node_ids) as lagging, "
                + DESCRIPTION + " as shown_description, " + index + " as shown_index, " + OBJECT_STATUS
                + " as shown_status"
                + " from task_object o join task t on t.id = o.task_id " + where;
    }

    private static SqlBuilder matching(SqlBuilder query, String index, @Nullable TaskStatus status) {
        return query.append(" and o.object is not null and " + index + " > :after")
                .where(OBJECT_STATUS + " = :status", "status", name(status))
                .append(" order by " + index + " limit :limit");
    }

    static @Nullable String name(@Nullable Enum<?> value) {
        return value == null ? null : value.name();
    }

    static @Nullable Long idAt(@Nullable Instant instant) {
        return instant == null ? null : TaskId.floor(instant).value();
    }

    private static TaskView task(ResultSet row, @Nullable TaskOptions options) throws SQLException {
        TaskId id = new TaskId(row.getLong("id"));
        TaskStatus status = TaskStatus.valueOf(row.getString("status"));
        Instant applied = instant(row, "applied_at");
        Instant withdrawn = instant(row, "withdrawn_at");
        int children = row.getInt("child_count");
        return new TaskView(
                id,
                TaskKind.valueOf(row.getString("kind")),
                Selector.valueOf(row.getString("selector")),
                row.getString("domain"),
                status,
                TaskProgress.percent(status, sum(row, "delivered", "child_delivered"), expectedPairs(row)),
                row.getInt("object_count") + children,
                (int) sum(row, "complete_count", "child_complete"),
                (int) sum(row, "failed_count", "child_failed"),
                texts(row, "lagging_nodes"),
                describe(row, status, options),
                id.madeAt(),
                applied,
                instant(row, "settled_at"),
                row.getInt("verified_count") > 0 ? applied : null,
                switch (status) {
                    case COMPLETE -> applied;
                    case CANCELLED -> instant(row, "cancelled_at");
                    case FAILED -> withdrawn != null ? withdrawn : instant(row, "failed_at");
                    case PENDING, RUNNING -> null;
                },
                row.getObject("follows") == null ? null : new TaskId(row.getLong("follows")),
                options,
                row.getInt("purged_count"),
                row.getInt("absent_count"),
                children);
    }

    private static long sum(ResultSet row, String own, String ofChildren) throws SQLException {
        return row.getLong(own) + row.getLong(ofChildren);
    }

    /** Returns all pairs of object and node of a row of {@code task}. */
    private static long expectedPairs(ResultSet row) throws SQLException {
        return TaskProgress.expectedPairs(
                (int) sum(row, "object_count", "child_count"),
                (int) sum(row, "reported_count", "child_reported"),
                sum(row, "pairs", "child_pairs"),
                row.getInt("max_nodes"));
    }

    private static @Nullable TaskOptions options(ResultSet row) throws SQLException {
        String json = row.getString("options");
        return json == null ? null : JsonMapping.mapper().readValue(json, TaskOptions.class);
    }

    private static @Nullable TaskOptions listedOptions(ResultSet row) throws SQLException {
        TaskOptions options = options(row);
        return options == null ? null : options.listed();
    }

    private static @Nullable String describe(ResultSet row, TaskStatus status, @Nullable TaskOptions options)
            throws SQLException {
        return switch (status) {
            case FAILED -> reason(row);
            case PENDING -> row.getBoolean("command_read") ? null : waiting(row.getLong("follows"), options);
            case CANCELLED ->
                row.getBoolean("cancelled_with_refresh")
                        ? "cancelled with its refresh " + row.getLong("follows")
                        : null;
            case RUNNING, COMPLETE -> null;
        };
    }

    /** Returns what a task waits for whose command workers do not execute yet; null if for nothing. */
    private static @Nullable String waiting(long refresh, @Nullable TaskOptions options) {
        if (refresh != 0) {
            return TaskView.waitsFor(new TaskId(refresh));
        }
        return options == null || options.startAt() == null ? null : TaskView.startsAt(options.startAt());
    }

    /** Returns why a task failed as a whole; null if it did not. */
    static @Nullable String reason(ResultSet row) throws SQLException {
        return row.getObject("withdrawn_at") != null ? WITHDRAWN : row.getString("failure");
    }

    private static ObjectView object(ResultSet row) throws SQLException {
        TaskStatus status = TaskStatus.valueOf(row.getString("shown_status"));
        List<String> lagging = texts(row, "lagging");
        int nodes = row.getInt("nodes");
        int done = nodes - lagging.size();
        ObjectOutcomes outcomes = OutcomeReader.read(row, lagging);
        String summary = status == TaskStatus.COMPLETE ? outcomes.summary(nodes) : null;
        return new ObjectView(
                row.getInt("shown_index"),
                row.getString("object"),
                status,
                TaskProgress.percent(status, done, nodes),
                done,
                nodes,
                lagging,
                joined(row.getString("shown_description"), summary),
                row.getLong("bytes"),
                outcomes.isEmpty() ? null : outcomes);
    }

    private static @Nullable String joined(@Nullable String description, @Nullable String summary) {
        if (description == null || summary == null) {
            return description == null ? summary : description;
        }
        return description + "; " + summary;
    }

    static List<String> texts(ResultSet row, String column) throws SQLException {
        java.sql.Array array = row.getArray(column);
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}
