package io.freshet.push.task;

import io.freshet.contracts.message.ChildTask;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.fleet.node.Node;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Progress of a task, with the objects whose changes have not been published. */
final class PushProgress {

    private final PushCommand command;
    private final Clock clock;
    private final List<ObjectProgress> objects = new ArrayList<>();
    private final Map<String, String> unavailable = new HashMap<>();
    private final BitSet unreported = new BitSet();

    /**
     * Creates the progress of a new task.
     *
     * @param targets nodes of each object, in order
     */
    PushProgress(PushCommand command, List<List<Node>> targets, Clock clock) {
        this.command = command;
        this.clock = clock;
        for (int index = 0; index < targets.size(); index++) {
            objects.add(new ObjectProgress(index, targets.get(index)));
        }
        unreported.set(0, objects.size());
    }

    /**
     * Notes that a node has an object.
     *
     * @param remark what it has instead of the object; null if it has the object
     */
    synchronized void delivered(int index, String node, long bytes, @Nullable String remark) {
        objects.get(index).delivered(node, bytes, remark);
        unreported.set(index);
    }

    /**
     * Notes what the object, a manifest, names.
     *
     * @param remark what was skipped; null if nothing was
     */
    synchronized void found(int index, List<ChildTask> children, @Nullable String remark) {
        objects.get(index).found(children, remark);
        unreported.set(index);
    }

    /** Notes that a node is sent an object. */
    synchronized void sent(int index, String node) {
        if (objects.get(index).sent(node)) {
            unreported.set(index);
        }
    }

    /** Notes what the origin does that makes the next request of an object wait. */
    synchronized void delayed(int index, String node, String why) {
        objects.get(index).delayed(node, why);
        unreported.set(index);
    }

    /** Notes that the task was cancelled. */
    synchronized void cancel() {
        objects.forEach(ObjectProgress::cancel);
        unreported.set(0, objects.size());
    }

    /** Notes something about an object that its description tells in any state. */
    synchronized void remark(int index, String text) {
        objects.get(index).remark(text);
    }

    /** Notes a failure that is retried. */
    synchronized void retrying(int index, String node, String why) {
        objects.get(index).retrying(node, why);
        unreported.set(index);
    }

    synchronized void failed(int index, String node, String why) {
        objects.get(index).failed(node, why);
        unreported.set(index);
    }

    synchronized void waitingFor(String node, String why) {
        if (!why.equals(unavailable.put(node, why))) {
            touch(node);
        }
    }

    synchronized void available(String node) {
        if (unavailable.remove(node) != null) {
            touch(node);
        }
    }

    private void touch(String node) {
        for (int index = 0; index < objects.size(); index++) {
            if (objects.get(index).waitsFor(node)) {
                unreported.set(index);
            }
        }
    }

    /** Returns events with the states of all objects that changed since the last call. */
    synchronized List<ObjectsProgressed> takeUnreported() {
        List<ObjectState> states = unreported.stream()
                .mapToObj(index -> objects.get(index).state(unavailable))
                .toList();
        unreported.clear();
        return ObjectsProgressed.split(command.taskId(), command.account(), states, totals(), clock.instant()).stream()
                .map(event -> event.partOf(command.progressOf()))
                .toList();
    }

    /** Marks the objects of an event that Kafka did not acknowledge. */
    synchronized void reportAgain(ObjectsProgressed event) {
        event.objects().forEach(state -> unreported.set(state.index()));
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
}
