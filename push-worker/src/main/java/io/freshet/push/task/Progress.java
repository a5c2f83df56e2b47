package io.freshet.push.task;

import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.fleet.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How far a task is, and which of it has not been told yet. */
final class Progress {

    /** Events are at most 256 KB; the sizes below are estimates, on the safe side. */
    private static final int MAX_EVENT_BYTES = 200 * 1024;

    private static final int STATE_BYTES = 120;
    /** Quotes and a comma. */
    private static final int ID_EXTRA_BYTES = 3;
    /** A character in JSON as UTF-8, or escaped. */
    private static final int MAX_CHARACTER_BYTES = 6;

    private final PushCommand command;
    private final List<ObjectProgress> objects = new ArrayList<>();
    private final Map<String, String> late = new HashMap<>();
    private final BitSet untold = new BitSet();

    /**
     * @param targets of each object, in their order
     */
    Progress(PushCommand command, List<List<Node>> targets) {
        this.command = command;
        for (int index = 0; index < targets.size(); index++) {
            objects.add(new ObjectProgress(index, targets.get(index)));
        }
        untold.set(0, objects.size());
    }

    synchronized void delivered(int index, String node, long bytes) {
        objects.get(index).delivered(node, bytes);
        untold.set(index);
    }

    /** Something went wrong that is tried again. */
    synchronized void troubled(int index, String node, String why) {
        objects.get(index).troubled(node, why);
        untold.set(index);
    }

    synchronized void failed(int index, String node, String why) {
        objects.get(index).failed(node, why);
        untold.set(index);
    }

    synchronized void waitingFor(String node, String why) {
        if (!why.equals(late.put(node, why))) {
            touch(node);
        }
    }

    synchronized void backAgain(String node) {
        if (late.remove(node) != null) {
            touch(node);
        }
    }

    private void touch(String node) {
        for (int index = 0; index < objects.size(); index++) {
            if (objects.get(index).waitsFor(node)) {
                untold.set(index);
            }
        }
    }

    /** What is to be told now: the whole state of every object that changed since the last call. */
    synchronized List<ObjectsProgressed> untold() {
        List<ObjectsProgressed> events = new ArrayList<>();
        List<ObjectState> states = new ArrayList<>();
        TaskTotals totals = totals();
        int size = 0;
        for (int index = untold.nextSetBit(0); index >= 0; index = untold.nextSetBit(index + 1)) {
            ObjectState state = objects.get(index).state(late);
            if (states.size() == ObjectsProgressed.MAX_OBJECTS || size + size(state) > MAX_EVENT_BYTES) {
                events.add(event(states, totals));
                states.clear();
                size = 0;
            }
            states.add(state);
            size += size(state);
        }
        if (!states.isEmpty()) {
            events.add(event(states, totals));
        }
        untold.clear();
        return events;
    }

    /** This event did not arrive, or not for sure. */
    synchronized void tellAgain(ObjectsProgressed event) {
        event.objects().forEach(state -> untold.set(state.index()));
    }

    private ObjectsProgressed event(List<ObjectState> states, TaskTotals totals) {
        return new ObjectsProgressed(command.taskId(), command.account(), states, totals, Instant.now());
    }

    private TaskTotals totals() {
        return new TaskTotals(
                objects.size(),
                count(Phase.SETTLED),
                count(Phase.FAILED),
                objects.stream().mapToLong(ObjectProgress::delivered).sum(),
                objects.stream().mapToLong(ObjectProgress::nodes).sum());
    }

    private int count(Phase phase) {
        return (int) objects.stream().filter(object -> object.phase() == phase).count();
    }

    private static int size(ObjectState state) {
        int ids = state.missing().stream()
                .mapToInt(id -> id.length() + ID_EXTRA_BYTES)
                .sum();
        int description = state.description() == null ? 0 : state.description().length() * MAX_CHARACTER_BYTES;
        return STATE_BYTES + ids + description;
    }
}
