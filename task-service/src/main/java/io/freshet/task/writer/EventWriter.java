package io.freshet.task.writer;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ChildTask;
import io.freshet.contracts.message.NodeAnswer;
import io.freshet.contracts.message.NodeAnswers;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.task.writer.ChildTasks.Child;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Merges events into the task store. The merge is monotonic, so events may come repeatedly and in any order: missing
 * nodes are intersected, the nodes of each answer are united, sent, failed and settled are never reset, and of the rest
 * the greatest or newest value stays.
 */
@Component
class EventWriter {

    /** Separates node ids; a control character, so no id holds it. */
    private static final String SEPARATOR = "\u001f";

    private final JdbcClient jdbc;
    private final TaskCounters counters;
    private final WaitingPushes waitingPushes;
    private final ChildTasks children;

    EventWriter(JdbcClient jdbc, TaskCounters counters, WaitingPushes waitingPushes, ChildTasks children) {
        this.jdbc = jdbc;
        this.counters = counters;
        this.waitingPushes = waitingPushes;
        this.children = children;
    }

    /**
     * The state of one object in an event.
     *
     * @param position in the event
     */
    private record ObjectReport(ObjectsProgressed event, int position) {

        long task() {
            return event.taskId().value();
        }

        ObjectState state() {
            return event.objects().get(position);
        }

        Map<String, BitSet> answers(NodeAnswer answer) {
            NodeAnswers answers = event.answers();
            return answers == null ? Map.of() : answers.of(answer);
        }

        /** Returns null if the publisher did not know the nodes: then it does not know the missing ones either. */
        @Nullable
        String missing() {
            return state().nodes() == 0 ? null : String.join(SEPARATOR, new TreeSet<>(state().missing()));
        }

        /** Returns null if the description must not replace another: an empty one replaces only if all is done. */
        @Nullable
        String describedAt() {
            boolean complete = state().nodes() > 0 && state().missing().isEmpty();
            return complete || state().description() != null ? event.at().toString() : null;
        }
    }

    /** Writes the events, and returns the tasks among theirs whose unsent objects were given back before. */
    Set<Long> write(List<TaskEvent> events) {
        if (events.isEmpty()) {
            return Set.of();
        }
        SortedMap<TaskId, Instant> lastEvents = new TreeMap<>();
        List<ObjectReport> reports = new ArrayList<>();
        List<TaskFailed> failed = new ArrayList<>();
        for (TaskEvent event : events) {
            switch (event) {
                case ObjectsProgressed progressed -> {
                    lastEvents.merge(event.taskId(), progressed.at(), EventWriter::later);
                    if (progressed.root() != null) {
                        lastEvents.merge(progressed.root(), progressed.at(), EventWriter::later);
                    }
                    checkNodeIds(progressed);
                    IntStream.range(0, progressed.objects().size())
                            .forEach(position -> reports.add(new ObjectReport(progressed, position)));
                }
                case TaskFailed failure -> {
                    lastEvents.merge(event.taskId(), failure.at(), EventWriter::later);
                    failed.add(failure);
                }
            }
        }
        SequencedMap<TaskId, Child> found = children(events);
        Map<TaskId, String> accounts = accounts(events);
        children.add(found.sequencedValues(), accounts);
        Long[] tasks = lastEvents.keySet().stream().map(TaskId::value).toArray(Long[]::new);
        Map<Long, KnownTask> known = upsertTasks(events, lastEvents, accounts);
        check(events, known);
        UniqueKeyBatches.of(reports, r -> List.of(r.task(), r.state().index())).forEach(batch -> merge(batch, known));
        if (!failed.isEmpty()) {
            fail(failed);
            waitingPushes.failAfter(failed.stream().map(TaskFailed::taskId).toList());
        }
        if (!failed.isEmpty() || !found.isEmpty()) {
            failObjectsOfFailed(failed, found.keySet());
        }
        counters.updateOutcome(tasks);
        if (!failed.isEmpty() || events.stream().anyMatch(EventWriter::isOfPart)) {
            counters.updateOutcomeOfRoots(tasks);
        }
        return known.entrySet().stream()
                .filter(task -> task.getValue().isRefunded())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Returns the children that the events name, or that they are about. */
    private static SequencedMap<TaskId, Child> children(List<TaskEvent> events) {
        SequencedMap<TaskId, Child> children = new LinkedHashMap<>();
        for (TaskEvent event : events) {
            if (event instanceof ObjectsProgressed progressed && progressed.root() != null) {
                TaskId root = progressed.root();
                if (!root.equals(event.taskId())) {
                    int objects = progressed.totals().objects();
                    children.putIfAbsent(event.taskId(), new Child(event.taskId(), event.account(), root, objects));
                }
                for (ObjectState state : progressed.objects()) {
                    for (ChildTask child : state.children()) {
                        children.putIfAbsent(
                                child.taskId(), new Child(child.taskId(), event.account(), root, child.objects()));
                    }
                }
            }
        }
        return children;
    }

    private static boolean isOfPart(TaskEvent event) {
        return event instanceof ObjectsProgressed progressed && progressed.root() != null;
    }

    /** Returns the accounts of the events' tasks and of their roots. */
    private static Map<TaskId, String> accounts(List<TaskEvent> events) {
        Map<TaskId, String> accounts = new HashMap<>();
        for (TaskEvent event : events) {
            accounts.putIfAbsent(event.taskId(), event.account());
            if (event instanceof ObjectsProgressed progressed && progressed.root() != null) {
                accounts.putIfAbsent(progressed.root(), event.account());
            }
        }
        return accounts;
    }

    /** A child may have failed before anything named its root. */
    private void failObjectsOfFailed(List<TaskFailed> failed, Set<TaskId> found) {
        Long[] tasks = Stream.concat(failed.stream().map(TaskFailed::taskId), found.stream())
                .map(TaskId::value)
                .distinct()
                .toArray(Long[]::new);
        children.insertObjectsOfFailed(tasks);
        counters.failObjectsOfFailed(tasks);
    }

    private static void checkNodeIds(ObjectsProgressed event) {
        for (ObjectState state : event.objects()) {
            if (state.missing().stream().anyMatch(EventWriter::isInvalidNodeId)) {
                throw new IllegalArgumentException(
                        "task " + event.taskId() + ", object " + state.index() + ": invalid id of a missing node");
            }
        }
        if (AnsweringNodes.of(event).stream().anyMatch(EventWriter::isInvalidNodeId)) {
            throw new IllegalArgumentException("task " + event.taskId() + ": invalid id of a node that has answered");
        }
    }

    private static boolean isInvalidNodeId(String id) {
        return id.isBlank() || id.chars().anyMatch(Character::isISOControl);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /**
     * A task that an event names, as stored.
     *
     * @param nodes that have answered, those of the event included
     * @param isRefunded whether its unsent objects were given back
     */
    private record KnownTask(String account, @Nullable Integer objectCount, AnsweringNodes nodes, boolean isRefunded) {}

    /**
     * Locks the tasks in the order of their ids; inserts unknown ones without a kind, so that clients do not see them.
     */
    private Map<Long, KnownTask> upsertTasks(
            List<TaskEvent> events, SortedMap<TaskId, Instant> lastEvents, Map<TaskId, String> accounts) {
        Map<TaskId, SortedSet<String>> nodes = new HashMap<>();
        for (TaskEvent event : events) {
            SortedSet<String> ofTask = nodes.computeIfAbsent(event.taskId(), _ -> new TreeSet<>());
            if (event instanceof ObjectsProgressed progressed) {
                ofTask.addAll(AnsweringNodes.of(progressed));
            }
        }
        Map<Long, KnownTask> tasks = new HashMap<>();
        jdbc.sql("""
                        insert into task as t (id, account, reported, last_event_at, node_ids)
                        select id, account, true, at, string_to_array(nodes, E'\\x1f')
                        from unnest(:ids::bigint[], :accounts::text[], :at::timestamptz[], :nodes::text[])
                            as e (id, account, at, nodes)
                        on conflict (id) do update set
                            reported = true, last_event_at = greatest(t.last_event_at, excluded.last_event_at),
                            node_ids = case
                                when excluded.node_ids <@ t.node_ids then t.node_ids
                                else t.node_ids || array (
                                    select unnest(excluded.node_ids) except select unnest(t.node_ids) order by 1)
                            end
                        returning id, account, object_count, node_ids, refunded_unsent
                        """)
                .param("ids", lastEvents.keySet().stream().map(TaskId::value).toArray(Long[]::new))
                .param(
                        "accounts",
                        lastEvents.keySet().stream().map(accounts::get).toArray(String[]::new))
                .param("at", lastEvents.values().stream().map(Instant::toString).toArray(String[]::new))
                .param(
                        "nodes",
                        lastEvents.keySet().stream()
                                .map(task -> nodes.getOrDefault(task, Collections.emptySortedSet()))
                                .map(ids -> String.join(SEPARATOR, ids))
                                .toArray(String[]::new))
                .query((row, _) -> tasks.put(
                        row.getLong("id"),
                        new KnownTask(
                                row.getString("account"),
                                (Integer) row.getObject("object_count"),
                                new AnsweringNodes(
                                        (String[]) row.getArray("node_ids").getArray()),
                                row.getBoolean("refunded_unsent"))))
                .list();
        return tasks;
    }

    private static void check(List<TaskEvent> events, Map<Long, KnownTask> tasks) {
        for (TaskEvent event : events) {
            KnownTask task = tasks.get(event.taskId().value());
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

    private void merge(List<ObjectReport> batch, Map<Long, KnownTask> tasks) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("tasks", batch.stream().map(ObjectReport::task).toArray(Long[]::new));
        parameters.put("indexes", ints(batch, ObjectState::index));
        parameters.put("missing", batch.stream().map(ObjectReport::missing).toArray(String[]::new));
        parameters.put("nodes", ints(batch, ObjectState::nodes));
        parameters.put("sent", flags(batch, state -> state.phase() != Phase.PENDING));
        parameters.put("failed", flags(batch, state -> state.phase() == Phase.FAILED));
        parameters.put("settled", flags(batch, state -> state.phase() == Phase.SETTLED));
        parameters.put(
                "descriptions", batch.stream().map(r -> r.state().description()).toArray(String[]::new));
        parameters.put(
                "describedAt", batch.stream().map(ObjectReport::describedAt).toArray(String[]::new));
        parameters.put("bytes", batch.stream().map(r -> r.state().bytes()).toArray(Long[]::new));
        for (NodeAnswer answer : NodeAnswer.values()) {
            parameters.put(
                    answer.name().toLowerCase(Locale.ROOT),
                    batch.stream()
                            .map(report -> requireNonNull(tasks.get(report.task()))
                                    .nodes()
                                    .bits(report.answers(answer), report.position()))
                            .toArray(String[]::new));
        }
        counters.change("""
                insert into task_object as o (task_id, index, reported, missing, nodes, sent, failed, settled,
                    description, described_at, bytes, purged, absent, banned, refused, verified, still_served,
                    still_served_because)
                select task_id, index, true, string_to_array(missing, E'\\x1f'), nodes, sent, failed, settled,
                    description, described_at, bytes, purged, absent, banned, refused, verified, still_served,
                    case when still_served is not null then description end
                from unnest(:tasks::bigint[], :indexes::int[], :missing::text[], :nodes::int[], :sent::boolean[],
                            :failed::boolean[], :settled::boolean[], :descriptions::text[],
                            :describedAt::timestamptz[], :bytes::bigint[],
                            :purged::bit varying[], :absent::bit varying[], :banned::bit varying[],
                            :refused::bit varying[], :verified::bit varying[], :still_served::bit varying[])
                    as e (task_id, index, missing, nodes, sent, failed, settled, description, described_at, bytes,
                          purged, absent, banned, refused, verified, still_served)
                on conflict (task_id, index) do update set
                    reported = true,
                    missing = still_missing(o.missing, excluded.missing),
                    nodes = greatest(o.nodes, excluded.nodes),
                    sent = o.sent or excluded.sent,
                    failed = o.failed or excluded.failed,
                    settled = o.settled or excluded.settled,
                    bytes = greatest(o.bytes, excluded.bytes),
                    purged = either(o.purged, excluded.purged),
                    absent = either(o.absent, excluded.absent),
                    banned = either(o.banned, excluded.banned),
                    refused = either(o.refused, excluded.refused),
                    verified = either(o.verified, excluded.verified),
                    still_served = either(o.still_served, excluded.still_served),
                    still_served_because = greatest(o.still_served_because, excluded.still_served_because),
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

    private static Integer[] ints(List<ObjectReport> batch, Function<ObjectState, Integer> value) {
        return batch.stream().map(ObjectReport::state).map(value).toArray(Integer[]::new);
    }

    private static Boolean[] flags(List<ObjectReport> batch, Function<ObjectState, Boolean> value) {
        return batch.stream().map(ObjectReport::state).map(value).toArray(Boolean[]::new);
    }

    private void fail(List<TaskFailed> failures) {
        jdbc.sql("""
                        update task t set
                            failure = case when t.expired then f.reason else coalesce(t.failure, f.reason) end,
                            failed_at = case when not t.expired then t.failed_at end, expired = false
                        from (
                            select distinct on (id) id, reason
                            from unnest(:ids::bigint[], :reasons::text[]) as f (id, reason)
                        ) f
                        where t.id = f.id
                        """)
                .param("ids", failures.stream().map(f -> f.taskId().value()).toArray(Long[]::new))
                .param("reasons", failures.stream().map(TaskFailed::reason).toArray(String[]::new))
                .update();
    }
}
