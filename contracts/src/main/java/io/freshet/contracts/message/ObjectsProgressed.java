package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Progress of some objects of a task, as absolute states. {@link #split} divides more objects into several records.
 *
 * @param totals of the task, as known to the publisher
 * @param at time of the observation
 * @param answers of nodes to purges of these objects; absent if the publisher knows none
 * @param root the task that the account knows, if this one is a part of it: its children are in other tasks, so these
 *     totals are not its own. It is this task itself for the push that found the children; null for all others
 */
public record ObjectsProgressed(
        TaskId taskId,
        String account,
        List<ObjectState> objects,
        TaskTotals totals,
        Instant at,
        @Nullable NodeAnswers answers,
        @Nullable TaskId root)
        implements TaskEvent {

    /** Largest number of objects in one record. */
    public static final int MAX_OBJECTS = 500;

    /**
     * Largest size of one record's value, in bytes of JSON. A fifth of what the topic takes
     * ({@link Topics#MAX_MESSAGE_BYTES}), so that a consumer's batch of records stays small.
     */
    public static final int MAX_BYTES = 1_000_000;

    /** Upper bound of a record's JSON without its objects, account included. */
    private static final int ENVELOPE_BYTES = 1_000;

    public ObjectsProgressed {
        requireNonNull(taskId, "taskId");
        requireNonNull(account, "account");
        requireNonNull(totals, "totals");
        requireNonNull(at, "at");
        objects = List.copyOf(objects);
        answers = NodeAnswers.NONE.equals(answers) ? null : answers;
        if (answers != null && answers.minObjects() > objects.size()) {
            throw new IllegalArgumentException("task " + taskId + ": answers to " + answers.minObjects()
                    + " objects in an event of " + objects.size());
        }
    }

    /** Progress of a task without children. */
    public ObjectsProgressed(
            TaskId taskId,
            String account,
            List<ObjectState> objects,
            TaskTotals totals,
            Instant at,
            @Nullable NodeAnswers answers) {
        this(taskId, account, objects, totals, at, answers, null);
    }

    /** Progress without answers of nodes. */
    public ObjectsProgressed(TaskId taskId, String account, List<ObjectState> objects, TaskTotals totals, Instant at) {
        this(taskId, account, objects, totals, at, null);
    }

    /** Divides states without answers of nodes; see the other method. */
    public static List<ObjectsProgressed> split(
            TaskId taskId, String account, List<ObjectState> states, TaskTotals totals, Instant at) {
        return split(taskId, account, states, NodeAnswers.NONE, totals, at);
    }

    /**
     * Divides states into records of at most {@value #MAX_OBJECTS} objects and {@value #MAX_BYTES} bytes each. A single
     * state that is larger gets a record of its own.
     *
     * @param answers to purges of these objects, by their positions in {@code states}
     * @throws IllegalArgumentException if a single state is larger than the topic takes
     */
    public static List<ObjectsProgressed> split(
            TaskId taskId,
            String account,
            List<ObjectState> states,
            NodeAnswers answers,
            TaskTotals totals,
            Instant at) {
        List<ObjectsProgressed> records = new ArrayList<>();
        int envelope = ENVELOPE_BYTES + answers.maxJsonBytes(Math.min(states.size(), MAX_OBJECTS));
        int from = 0;
        int bytes = envelope;
        for (int i = 0; i < states.size(); i++) {
            int size = states.get(i).maxJsonBytes();
            if (envelope + size > Topics.MAX_MESSAGE_BYTES) {
                throw new IllegalArgumentException(
                        "the state of object " + states.get(i).index() + " of task " + taskId + " has " + size
                                + " bytes, more than a record of " + Topics.TASK_EVENTS + " takes");
            }
            if (i > from && (bytes + size > MAX_BYTES || i - from == MAX_OBJECTS)) {
                records.add(part(taskId, account, states, answers, from, i, totals, at));
                from = i;
                bytes = envelope;
            }
            bytes += size;
        }
        if (from < states.size()) {
            records.add(part(taskId, account, states, answers, from, states.size(), totals, at));
        }
        return records;
    }

    private static ObjectsProgressed part(
            TaskId taskId,
            String account,
            List<ObjectState> states,
            NodeAnswers answers,
            int from,
            int to,
            TaskTotals totals,
            Instant at) {
        return new ObjectsProgressed(taskId, account, states.subList(from, to), totals, at, answers.slice(from, to));
    }

    /** Returns this progress as that of a part of a task. */
    public ObjectsProgressed partOf(@Nullable TaskId whole) {
        return new ObjectsProgressed(taskId, account, objects, totals, at, answers, whole);
    }

    /**
     * Returns whether a look after the second purge has found an old copy of an object.
     *
     * @param position of the object in {@link #objects}
     */
    public boolean isStillServed(int position) {
        return answers != null && answers.stillServed().values().stream().anyMatch(objects -> objects.get(position));
    }

    @Override
    @JsonIgnore
    public String key() {
        return taskId.toString();
    }
}
