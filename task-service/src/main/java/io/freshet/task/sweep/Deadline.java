package io.freshet.task.sweep;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.storage.Chore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Fails what is still unfinished when its time is over, by publishing it: the record learns of it as of everything else, and live views see it.
 * A node that an operator holds has no deadline; once it is released its time begins anew, so that it can catch up.
 */
@Component
class Deadline implements Chore {

    private static final int TASKS_AT_ONCE = 20;
    /** A record is at most 256 KB; what is not counted is small. */
    private static final int MAX_CHARACTERS = 150_000;

    private final JdbcClient jdbc;
    private final MessagePublisher publisher;
    private final LogPosition position;
    private final DeadlineProperties properties;
    private final Clock clock;

    Deadline(
            JdbcClient jdbc,
            MessagePublisher publisher,
            LogPosition position,
            DeadlineProperties properties,
            Clock clock) {
        this.jdbc = jdbc;
        this.publisher = publisher;
        this.position = position;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public Duration every() {
        return properties.every();
    }

    /** What has happened in time but is not recorded yet is not late: so only what the log has been read beyond. */
    @Override
    public void run() {
        position.readUpTo().ifPresent(readUpTo -> failAppendedBefore(readUpTo.minus(properties.after())));
    }

    private void failAppendedBefore(Instant moment) {
        String[] excused = excusedAt(moment);
        List<Overdue> overdue;
        do {
            overdue = claim(moment, excused);
            publish(overdue.stream()
                    .flatMap(task -> events(task, excused).stream())
                    .toList());
        } while (overdue.size() == TASKS_AT_ONCE);
    }

    private void publish(List<ObjectsProgressed> events) {
        try {
            CompletableFuture.allOf(events.stream().map(publisher::publish).toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw new KafkaException("what is overdue could not be published", e.getCause());
        }
    }

    /** The nodes that are held, or were until after this moment. */
    private String[] excusedAt(Instant moment) {
        return jdbc.sql("select node from held_node where released_at is null or released_at >= :moment")
                .param("moment", moment.atOffset(ZoneOffset.UTC))
                .query(String.class)
                .list()
                .toArray(String[]::new);
    }

    /**
     * A task whose time is over.
     *
     * @param before its totals as they are recorded
     */
    private record Overdue(long id, String account, TaskTotals before) {

        /** The totals that hold when it has been heard that so many more of its objects have failed. */
        TaskTotals after(int failed) {
            return new TaskTotals(
                    before.objects(), before.complete(), before.failed() + failed, before.delivered(), before.pairs());
        }
    }

    /** One instance publishes it, once; and again only if it has not come back by then. */
    private List<Overdue> claim(Instant appendedBefore, String[] excused) {
        Instant now = clock.instant();
        return jdbc.sql("""
                        update task set overdue_reported_at = :now
                        where id in (
                            select id from task
                            where in_log and status in ('PENDING', 'RUNNING') and appended_at < :before
                                and (overdue_reported_at is null or overdue_reported_at < :again)
                                and (reported_count < object_count or not lagging_nodes <@ :excused::text[])
                            order by appended_at limit :limit for update skip locked)
                        returning id, account, object_count, complete_count, failed_count, delivered,
                            pairs + (object_count - reported_count) * max_nodes::bigint as pairs
                        """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("before", appendedBefore.atOffset(ZoneOffset.UTC))
                .param("again", now.minus(properties.again()).atOffset(ZoneOffset.UTC))
                .param("excused", excused)
                .param("limit", TASKS_AT_ONCE)
                .query((row, _) -> overdue(row))
                .list();
    }

    private static Overdue overdue(ResultSet row) throws SQLException {
        return new Overdue(
                row.getLong("id"),
                row.getString("account"),
                new TaskTotals(
                        row.getInt("object_count"),
                        row.getInt("complete_count"),
                        row.getInt("failed_count"),
                        row.getLong("delivered"),
                        row.getLong("pairs")));
    }

    private List<ObjectsProgressed> events(Overdue task, String[] excused) {
        List<ObjectState> states = jdbc.sql("""
                        select index, missing, nodes, description, bytes from task_object
                        where task_id = :task and object is not null and status in ('PENDING', 'RUNNING')
                            and (missing is null or not missing <@ :excused::text[])
                        order by index
                        """)
                .param("excused", excused)
                .param("task", task.id())
                .query((row, _) -> failed(row))
                .list();
        TaskTotals totals = task.after(states.size());
        return portions(states).stream()
                .map(portion ->
                        new ObjectsProgressed(new TaskId(task.id()), task.account(), portion, totals, clock.instant()))
                .toList();
    }

    private ObjectState failed(ResultSet row) throws SQLException {
        java.sql.Array missing = row.getArray("missing");
        List<String> late = missing == null ? List.of() : List.of((String[]) missing.getArray());
        return new ObjectState(
                row.getInt("index"),
                Phase.FAILED,
                late,
                row.getInt("nodes"),
                describe(late, row.getString("description")),
                row.getLong("bytes"));
    }

    /** Who is late, and what was last said of why. */
    private String describe(List<String> late, @Nullable String why) {
        String what = late.isEmpty()
                ? "no worker reported within " + Words.of(properties.after())
                : "late after " + Words.of(properties.after()) + ": " + String.join(", ", late);
        return why == null ? what : what + " (" + why + ")";
    }

    private static List<List<ObjectState>> portions(List<ObjectState> states) {
        List<List<ObjectState>> portions = new ArrayList<>();
        int characters = 0;
        for (ObjectState state : states) {
            int size = state.missing().stream().mapToInt(String::length).sum()
                    + (state.description() == null ? 0 : state.description().length());
            if (portions.isEmpty()
                    || characters + size > MAX_CHARACTERS
                    || portions.getLast().size() == ObjectsProgressed.MAX_OBJECTS) {
                portions.add(new ArrayList<>());
                characters = 0;
            }
            portions.getLast().add(state);
            characters += size;
        }
        return portions;
    }
}
