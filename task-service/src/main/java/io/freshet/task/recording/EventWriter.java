package io.freshet.task.recording;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.TaskFailed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Merges events into the record. What is known of an object can only grow, whatever comes how often and in which order: missing nodes by
 * intersection, failed and settled once and for all, the rest by what is greatest or newest.
 */
@Component
class EventWriter {

    /** Separates node ids; a control character, so no id holds it. */
    private static final String SEPARATOR = "\u001f";

    private final JdbcClient jdbc;
    private final Tally tally;
    private final FollowUps followUps;

    EventWriter(JdbcClient jdbc, Tally tally, FollowUps followUps) {
        this.jdbc = jdbc;
        this.tally = tally;
        this.followUps = followUps;
    }

    /** What an event says of one object. */
    private record Told(long task, ObjectState state, Instant at) {

        /** A teller that does not know the nodes says nothing about which are missing. */
        @Nullable
        String missing() {
            return state.nodes() == 0 ? null : String.join(SEPARATOR, new TreeSet<>(state.missing()));
        }

        /** To say nothing is worth keeping only when all is done: then it ends what was said of a delay. */
        @Nullable
        String describedAt() {
            boolean complete = state.nodes() > 0 && state.missing().isEmpty();
            return complete || state.description() != null ? at.toString() : null;
        }
    }

    void write(List<TaskEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        SortedMap<TaskId, Instant> newest = new TreeMap<>();
        List<Told> told = new ArrayList<>();
        List<TaskFailed> failed = new ArrayList<>();
        for (TaskEvent event : events) {
            switch (event) {
                case ObjectsProgressed progressed -> {
                    newest.merge(event.taskId(), progressed.at(), EventWriter::later);
                    progressed.objects().forEach(state -> told.add(told(progressed, state)));
                }
                case TaskFailed failure -> {
                    newest.merge(event.taskId(), failure.at(), EventWriter::later);
                    failed.add(failure);
                }
            }
        }
        Long[] tasks = newest.keySet().stream().map(TaskId::value).toArray(Long[]::new);
        check(events, touch(events, newest));
        Rounds.of(told, t -> List.of(t.task(), t.state().index())).forEach(this::merge);
        if (!failed.isEmpty()) {
            fail(failed);
            followUps.giveUpAfter(failed.stream().map(TaskFailed::taskId).toList());
            tally.failObjectsOfFailed(tasks);
        }
        tally.conclude(tasks);
    }

    private static Told told(ObjectsProgressed event, ObjectState state) {
        if (state.missing().stream().anyMatch(EventWriter::isNoNode)) {
            throw new IllegalArgumentException(
                    "task " + event.taskId() + ", object " + state.index() + ": a missing node without a proper name");
        }
        return new Told(event.taskId().value(), state, event.at());
    }

    private static boolean isNoNode(String id) {
        return id.isBlank() || id.chars().anyMatch(Character::isISOControl);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** What the record knows of a task that an event names. */
    private record Known(String account, @Nullable Integer objectCount) {}

    /** Locks the tasks, in the order of their ids; those nobody has heard of yet are made, but not shown before they are known. */
    private Map<Long, Known> touch(List<TaskEvent> events, SortedMap<TaskId, Instant> newest) {
        Map<TaskId, String> accounts = new HashMap<>();
        events.forEach(event -> accounts.putIfAbsent(event.taskId(), event.account()));
        Map<Long, Known> known = new HashMap<>();
        jdbc.sql("""
                        insert into task as t (id, account, told, last_event_at)
                        select id, account, true, at from unnest(:ids::bigint[], :accounts::text[], :at::timestamptz[]) as e (id, account, at)
                        on conflict (id) do update set told = true, last_event_at = greatest(t.last_event_at, excluded.last_event_at)
                        returning id, account, object_count
                        """)
                .param("ids", newest.keySet().stream().map(TaskId::value).toArray(Long[]::new))
                .param("accounts", newest.keySet().stream().map(accounts::get).toArray(String[]::new))
                .param("at", newest.values().stream().map(Instant::toString).toArray(String[]::new))
                .query((row, _) -> known.put(row.getLong("id"), new Known(row.getString("account"), (Integer)
                        row.getObject("object_count"))))
                .list();
        return known;
    }

    private static void check(List<TaskEvent> events, Map<Long, Known> known) {
        for (TaskEvent event : events) {
            Known task = known.get(event.taskId().value());
            if (task == null || !task.account().equals(event.account())) {
                throw new IllegalArgumentException("task " + event.taskId() + " is not of account " + event.account());
            }
            if (event instanceof ObjectsProgressed progressed && task.objectCount() != null) {
                int count = task.objectCount();
                progressed.objects().stream()
                        .filter(state -> state.index() >= count)
                        .findAny()
                        .ifPresent(state -> {
                            throw new IllegalArgumentException("task " + event.taskId() + " has " + count
                                    + " objects, and none at " + state.index());
                        });
            }
        }
    }

    private void merge(List<Told> round) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("tasks", round.stream().map(Told::task).toArray(Long[]::new));
        parameters.put("indexes", ints(round, ObjectState::index));
        parameters.put("missing", round.stream().map(Told::missing).toArray(String[]::new));
        parameters.put("nodes", ints(round, ObjectState::nodes));
        parameters.put("failed", flags(round, state -> state.phase() == Phase.FAILED));
        parameters.put("settled", flags(round, state -> state.phase() == Phase.SETTLED));
        parameters.put(
                "descriptions", round.stream().map(t -> t.state().description()).toArray(String[]::new));
        parameters.put("describedAt", round.stream().map(Told::describedAt).toArray(String[]::new));
        parameters.put("bytes", round.stream().map(t -> t.state().bytes()).toArray(Long[]::new));
        tally.change("""
                insert into task_object as o (task_id, index, told, missing, nodes, failed, settled, description, described_at, bytes)
                select task_id, index, true, string_to_array(missing, E'\\x1f'), nodes, failed, settled, description, described_at, bytes
                from unnest(:tasks::bigint[], :indexes::int[], :missing::text[], :nodes::int[], :failed::boolean[], :settled::boolean[],
                            :descriptions::text[], :describedAt::timestamptz[], :bytes::bigint[])
                    as e (task_id, index, missing, nodes, failed, settled, description, described_at, bytes)
                on conflict (task_id, index) do update set
                    told = true,
                    missing = still_missing(o.missing, excluded.missing),
                    nodes = greatest(o.nodes, excluded.nodes),
                    failed = o.failed or excluded.failed,
                    settled = o.settled or excluded.settled,
                    bytes = greatest(o.bytes, excluded.bytes),
                    -- The newest; but what was said of a delay does not describe an object that is complete.
                    (description, described_at) = (
                        select d.description, d.described_at
                        from (values (o.missing, o.description, o.described_at),
                                     (excluded.missing, excluded.description, excluded.described_at))
                            as d (missing, description, described_at)
                        where d.described_at is not null
                            and (d.missing = '{}' or still_missing(o.missing, excluded.missing) is distinct from '{}')
                        order by d.described_at desc, d.description desc
                        limit 1)
                """, parameters);
    }

    private static Integer[] ints(List<Told> round, Function<ObjectState, Integer> value) {
        return round.stream().map(Told::state).map(value).toArray(Integer[]::new);
    }

    private static Boolean[] flags(List<Told> round, Function<ObjectState, Boolean> value) {
        return round.stream().map(Told::state).map(value).toArray(Boolean[]::new);
    }

    private void fail(List<TaskFailed> failures) {
        jdbc.sql("""
                        update task t set
                            failure = case when t.expired then f.reason else coalesce(t.failure, f.reason) end,
                            failed_at = case when not t.expired then t.failed_at end, expired = false
                        from (select distinct on (id) id, reason from unnest(:ids::bigint[], :reasons::text[]) as f (id, reason)) f
                        where t.id = f.id
                        """)
                .param("ids", failures.stream().map(f -> f.taskId().value()).toArray(Long[]::new))
                .param("reasons", failures.stream().map(TaskFailed::reason).toArray(String[]::new))
                .update();
    }
}
