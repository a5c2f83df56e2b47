package io.freshet.task.maintenance;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.task.TaskProgress;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.storage.PeriodicJob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Fails objects that are unfinished after the task timeout. It publishes events, which the task store and the live
 * views read like any other. The timeout does not apply to nodes that an operator holds; it starts again with their
 * release.
 */
@Component
class TaskTimeouts implements PeriodicJob {

    private static final int TASKS_PER_CHUNK = 20;

    private final JdbcClient jdbc;
    private final MessagePublisher publisher;
    private final ConsumptionWatermark watermark;
    private final DeadlineProperties properties;
    private final Clock clock;

    TaskTimeouts(
            JdbcClient jdbc,
            MessagePublisher publisher,
            ConsumptionWatermark watermark,
            DeadlineProperties properties,
            Clock clock) {
        this.jdbc = jdbc;
        this.publisher = publisher;
        this.watermark = watermark;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public Duration interval() {
        return properties.checkInterval();
    }

    /**
     * Measures against the consumption watermark: progress that is published, but not yet read, is in time. Waits for
     * a run in progress.
     */
    @Override
    public synchronized void run() {
        watermark.consumedUpTo().ifPresent(this::failOverdueAt);
    }

    private void failOverdueAt(Instant moment) {
        String[] excused = excusedAt(moment.minus(properties.taskTimeout()));
        List<OverdueTask> overdue;
        do {
            overdue = claim(moment, excused);
            publish(overdue.stream()
                    .flatMap(task -> events(task, excused).stream())
                    .toList());
        } while (overdue.size() == TASKS_PER_CHUNK);
    }

    private void publish(List<ObjectsProgressed> events) {
        try {
            CompletableFuture.allOf(events.stream().map(publisher::publish).toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw new KafkaException("Timeouts of tasks could not be published", e.getCause());
        }
    }

    /** Returns the nodes that are held, or were until after this moment. */
    private String[] excusedAt(Instant moment) {
        return jdbc.sql("select node from held_node where released_at is null or released_at >= :moment")
                .param("moment", moment.atOffset(ZoneOffset.UTC))
                .query(String.class)
                .list()
                .toArray(String[]::new);
    }

    /**
     * A task whose timeout has expired.
     *
     * @param timeout that has expired
     * @param before its totals as stored
     * @param root the task that it is a part of; null for others
     */
    private record OverdueTask(
            long id,
            String account,
            Duration timeout,
            TaskTotals before,
            @Nullable TaskId root) {

        /** Returns the totals once so many more objects have failed. */
        TaskTotals after(int failed) {
            return new TaskTotals(
                    before.objects(), before.complete(), before.failed() + failed, before.delivered(), before.pairs());
        }
    }

    /** Claims overdue tasks for this instance, until the republish interval is over. */
    private List<OverdueTask> claim(Instant moment, String[] excused) {
        Instant now = clock.instant();
        return jdbc.sql("""
                        update task set overdue_reported_at = :now
                        where id in (
                            select id from task
                            where command_read and status in ('PENDING', 'RUNNING') and appended_at < :before
                                and (options -> 'limits' is null or appended_at < :limited_before)
                                and (overdue_reported_at is null or overdue_reported_at < :again)
                                and (reported_count < object_count or not lagging_nodes <@ :excused::text[])
                            order by appended_at limit :limit for update skip locked)
                        returning id, account, object_count, complete_count, failed_count, delivered,
                            reported_count, pairs, max_nodes, root_id, child_count,
                            options -> 'limits' is not null as limited
                        """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("before", moment.minus(properties.taskTimeout()).atOffset(ZoneOffset.UTC))
                .param(
                        "limited_before",
                        moment.minus(properties.limitedPushTimeout()).atOffset(ZoneOffset.UTC))
                .param("again", now.minus(properties.republishInterval()).atOffset(ZoneOffset.UTC))
                .param("excused", excused)
                .param("limit", TASKS_PER_CHUNK)
                .query((row, _) -> overdue(row))
                .list();
    }

    private OverdueTask overdue(ResultSet row) throws SQLException {
        return new OverdueTask(
                row.getLong("id"),
                row.getString("account"),
                row.getBoolean("limited") ? properties.limitedPushTimeout() : properties.taskTimeout(),
                new TaskTotals(
                        row.getInt("object_count"),
                        row.getInt("complete_count"),
                        row.getInt("failed_count"),
                        row.getLong("delivered"),
                        TaskProgress.expectedPairs(
                                row.getInt("object_count"),
                                row.getInt("reported_count"),
                                row.getLong("pairs"),
                                row.getInt("max_nodes"))),
                root(row));
    }

    private static @Nullable TaskId root(ResultSet row) throws SQLException {
        long root = row.getLong("root_id");
        return root != 0 ? new TaskId(root) : row.getInt("child_count") > 0 ? new TaskId(row.getLong("id")) : null;
    }

    private List<ObjectsProgressed> events(OverdueTask task, String[] excused) {
        List<ObjectState> states = jdbc.sql("""
                        select index, missing, nodes, description, bytes from task_object
                        where task_id = :task and object is not null and status in ('PENDING', 'RUNNING')
                            and (missing is null or not missing <@ :excused::text[])
                        order by index
                        """)
                .param("excused", excused)
                .param("task", task.id())
                .query((row, _) -> failed(row, task.timeout()))
                .list();
        TaskTotals totals = task.after(states.size());
        return ObjectsProgressed.split(new TaskId(task.id()), task.account(), states, totals, clock.instant()).stream()
                .map(event -> event.partOf(task.root()))
                .toList();
    }

    private static ObjectState failed(ResultSet row, Duration timeout) throws SQLException {
        java.sql.Array missing = row.getArray("missing");
        List<String> nodes = missing == null ? List.of() : List.of((String[]) missing.getArray());
        return new ObjectState(
                row.getInt("index"),
                Phase.FAILED,
                nodes,
                row.getInt("nodes"),
                describe(nodes, row.getString("description"), timeout),
                row.getLong("bytes"));
    }

    /** Returns the nodes that have not received the object, and the last known reason. */
    private static String describe(List<String> missing, @Nullable String reason, Duration limit) {
        String timeout = DurationText.of(limit);
        String text = missing.isEmpty()
                ? "no worker reported within " + timeout
                : "not received within " + timeout + ": " + String.join(", ", missing);
        return reason == null ? text : text + " (" + reason + ")";
    }
}
