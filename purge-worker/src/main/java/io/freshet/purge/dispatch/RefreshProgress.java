package io.freshet.purge.dispatch;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.message.NodeAnswers;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Progress of one refresh: which node has not received which object, and why. Thread-safe. */
public final class RefreshProgress {

    /** Nodes that the description of an object names at most. */
    private static final int MAX_NAMED = 3;

    private static final String CANCELLED_UNSENT = "cancelled before it was sent";
    private static final String CANCELLED_IN_WORK = "cancelled before all nodes had received it";

    private final RefreshCommand command;
    private final int objectCount;
    private final List<Integer> indexes;
    private final List<String> nodes;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final boolean needsRebound;
    private final List<Purge> purges;
    private final BitSet[] missing;
    private final BitSet[] refused;
    private final ObjectAnswers answers;
    private final @Nullable String[] reasons;

    /** Objects that have changed since they were reported. */
    private final BitSet changed = new BitSet();

    private final BitSet reported = new BitSet();

    /** Objects that some node was sent. */
    private final BitSet sent = new BitSet();

    private boolean cancelled;
    private boolean settled;
    private boolean repeated;

    /** Description of complete objects. */
    private @Nullable String remark;

    /**
     * Report of some objects.
     *
     * @param objects states of the objects that are reported
     * @param answers of nodes to the purges of these objects
     * @param totals over all objects of the refresh
     */
    record ProgressReport(List<ObjectState> objects, NodeAnswers answers, TaskTotals totals) {}

    /**
     * @param nodes ids of all nodes that the refresh is for
     * @param missing ids of those that have not received it
     * @param needsRebound whether a second purge must follow before it is settled
     * @throws IllegalArgumentException if an object is no canonical URL
     */
    public RefreshProgress(RefreshCommand command, List<String> nodes, Set<String> missing, boolean needsRebound) {
        this(
                command,
                command.objects().size(),
                IntStream.range(0, command.objects().size()).boxed().toList(),
                nodes,
                missing,
                needsRebound);
    }

    /**
     * Creates the progress of some objects of a task. Its totals count all others as missing.
     *
     * @param command holds these objects only
     * @param objectCount objects of the whole task
     * @param indexes positions of these objects in the task
     */
    RefreshProgress(
            RefreshCommand command,
            int objectCount,
            List<Integer> indexes,
            List<String> nodes,
            Set<String> missing,
            boolean needsRebound) {
        this.command = command;
        this.objectCount = objectCount;
        this.indexes = indexes;
        this.nodes = nodes;
        nodes.forEach(node -> numbers.put(node, numbers.size()));
        this.needsRebound = needsRebound;
        this.purges = command.objects().stream()
                .map(url -> Purge.of(command.selector(), url, command.soft()))
                .toList();
        this.missing = new BitSet[nodes.size()];
        this.refused = new BitSet[nodes.size()];
        this.answers = new ObjectAnswers(nodes);
        this.reasons = new String[nodes.size()];
        Arrays.setAll(this.missing, n -> objects(missing.contains(nodes.get(n))));
        Arrays.setAll(refused, _ -> new BitSet());
    }

    /** Sets the description of complete objects. */
    public synchronized void describeComplete(@Nullable String text) {
        remark = text;
    }

    /** @param objectsOfTask the node has not completed, numbered as in the task */
    synchronized void addMissing(String node, BitSet objectsOfTask) {
        IntStream.range(0, purges.size())
                .filter(object -> objectsOfTask.get(index(object)))
                .forEach(missing[number(node)]::set);
    }

    public RefreshCommand command() {
        return command;
    }

    Instant acceptedAt() {
        return command.acceptedAt();
    }

    /** Returns the number of all objects of the task. */
    public int objectCountOfTask() {
        return objectCount;
    }

    /** Returns the position of an object in the task. */
    public int index(int object) {
        return indexes.get(object);
    }

    Purge purge(int object) {
        return purges.get(object);
    }

    int objectCount() {
        return purges.size();
    }

    private BitSet objects(boolean all) {
        BitSet objects = new BitSet();
        objects.set(0, all ? purges.size() : 0);
        return objects;
    }

    private int number(String node) {
        return requireNonNull(numbers.get(node), node);
    }

    /**
     * Notes that another worker may have sent these purges before: it may have removed an object that is absent now.
     */
    public synchronized void noteRepeated() {
        repeated = true;
    }

    /** Notes that some node was sent the object. */
    synchronized void sent(int object) {
        sent.set(object);
    }

    /** Notes that the task was cancelled, so that objects that some nodes miss are not sent to them. */
    synchronized void cancel() {
        cancelled = true;
        changed.or(union(missing));
    }

    /** Returns whether the task was cancelled before the refresh had been sent to the nodes that it was for. */
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Notes that the node has received the object, and that nobody knows whether it had it. */
    synchronized void delivered(String node, int object) {
        delivered(number(node), object);
    }

    /**
     * Notes that the node has received the object. Only the first answer tells whether the node had it: a later purge
     * finds what has been fetched since.
     */
    synchronized void delivered(String node, int object, PurgeOutcome.Gone answer) {
        int n = number(node);
        boolean isKnown = answer != PurgeOutcome.Gone.ABSENT || !repeated;
        if (missing[n].get(object) && isKnown) {
            answers.add(n, object, answer);
        }
        delivered(n, object);
    }

    /** Notes that a look has found no old copy of the object after its purge. */
    synchronized void verified(String node, int object) {
        answers.addVerified(number(node), object);
        changed.set(object);
    }

    private void delivered(int n, int object) {
        sent.set(object);
        missing[n].clear(object);
        refused[n].clear(object);
        changed.set(object);
    }

    /** Notes that the node has not received the object. If it was delivered before, it stays reported so. */
    public synchronized void missing(String node, int object, String reason, boolean isRefused) {
        int n = number(node);
        reasons[n] = reason;
        refused[n].set(object, isRefused && missing[n].get(object));
        changed.set(object);
    }

    /**
     * Notes that the node still has the object, whatever was reported before.
     *
     * @param isSecond whether its second purge left it: then the object was reported complete
     */
    synchronized void stillServed(String node, int object, String reason, boolean isSecond) {
        int n = number(node);
        missing[n].set(object);
        if (isSecond) {
            answers.addStillServed(n, object);
        }
        missing(node, object, reason, true);
    }

    /** Notes that the node has received all objects, or does not need them. */
    public synchronized void delivered(String node) {
        int n = number(node);
        missing[n].clear();
        refused[n].clear();
        changed.set(0, purges.size());
    }

    /** Returns the objects that the node had when it first received them, numbered as in the task. */
    public synchronized BitSet purgedBy(String node) {
        BitSet purged = new BitSet();
        answers.purged(number(node)).forEach(object -> purged.set(index(object)));
        return purged;
    }

    /** Notes objects that the node had when it received them, numbered as in the task. */
    public synchronized void notePurged(String node, BitSet objectsOfTask) {
        int n = number(node);
        IntStream.range(0, purges.size())
                .filter(object -> objectsOfTask.get(index(object)))
                .forEach(object -> answers.add(n, object, PurgeOutcome.Gone.PURGED));
    }

    /** Notes that the node has not received any object. */
    public synchronized void missing(String node, String reason, boolean isRefused) {
        for (int object = 0; object < purges.size(); object++) {
            missing(node, object, reason, isRefused);
        }
    }

    /**
     * Returns the objects that have changed since they were reported; null if none has. If nothing has changed before
     * the first report, that contains the first object, to show that the refresh has begun.
     */
    synchronized @Nullable ProgressReport takeChanges() {
        if (reported.isEmpty() && changed.isEmpty()) {
            changed.set(0);
        }
        return changed.isEmpty() ? null : take();
    }

    /**
     * Returns the objects that have changed since they were reported or never were reported; null if there are none.
     */
    synchronized @Nullable ProgressReport takeAllUnreported() {
        BitSet never = objects(true);
        never.andNot(reported);
        changed.or(never);
        return changed.isEmpty() ? null : take();
    }

    private ProgressReport take() {
        BitSet missingSomewhere = union(missing);
        List<ObjectState> states = changed.stream()
                .mapToObj(object -> missingSomewhere.get(object) ? state(object) : complete(object))
                .toList();
        NodeAnswers reportedAnswers = answers.of(changed, refused);
        reported.or(changed);
        changed.clear();
        return new ProgressReport(states, reportedAnswers, totals(missingSomewhere));
    }

    private TaskTotals totals(BitSet missingSomewhere) {
        int objects = purges.size();
        long missingPairs =
                Arrays.stream(missing).mapToLong(BitSet::cardinality).sum();
        return new TaskTotals(
                objectCount,
                objects - missingSomewhere.cardinality(),
                union(refused).cardinality(),
                (long) objects * nodes.size() - missingPairs,
                (long) objectCount * nodes.size());
    }

    private static BitSet union(BitSet[] sets) {
        BitSet union = new BitSet();
        for (BitSet set : sets) {
            union.or(set);
        }
        return union;
    }

    private ObjectState complete(int object) {
        return new ObjectState(index(object), done(), List.of(), nodes.size(), remark, 0);
    }

    private ObjectState state(int object) {
        List<String> without = new ArrayList<>();
        List<String> named = new ArrayList<>();
        boolean failed = false;
        for (int n = 0; n < nodes.size(); n++) {
            if (missing[n].get(object)) {
                without.add(nodes.get(n));
                failed |= refused[n].get(object);
                if (reasons[n] != null && named.size() < MAX_NAMED) {
                    named.add(nodes.get(n) + ' ' + reasons[n]);
                }
            }
        }
        if (cancelled) {
            named.addFirst(sent.get(object) ? CANCELLED_IN_WORK : CANCELLED_UNSENT);
        }
        Phase phase = failed ? Phase.FAILED : sent.get(object) ? Phase.RUNNING : Phase.PENDING;
        String description = named.isEmpty() ? null : String.join("; ", named);
        return new ObjectState(index(object), phase, without, nodes.size(), description, 0);
    }

    private Phase done() {
        return needsRebound && !settled ? Phase.APPLIED : Phase.SETTLED;
    }

    /** Notes that every node has received the second purge, too. */
    public synchronized void settle() {
        settled = true;
        changed.set(0, purges.size());
    }
}
