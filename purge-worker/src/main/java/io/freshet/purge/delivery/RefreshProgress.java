package io.freshet.purge.delivery;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.purge.driver.Purge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A refresh that is being delivered: which node still misses which object, and why. Safe for use by many threads. */
final class RefreshProgress {

    /** As many nodes of an object as its description names. */
    private static final int NAMED = 3;

    private final RefreshCommand command;
    private final List<String> nodes;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final boolean needsRebound;
    private final List<Purge> purges;
    private final BitSet[] missing;
    private final BitSet[] refused;
    private final @Nullable String[] reasons;
    /** Objects that something has happened to since they were told of. */
    private final BitSet changed = new BitSet();

    private final BitSet told = new BitSet();
    private boolean settled;

    /**
     * What there is to tell.
     *
     * @param objects as they are
     * @param totals of all objects, these and others
     */
    record Report(List<ObjectState> objects, TaskTotals totals) {}

    /**
     * @param nodes ids of all nodes it goes to
     * @param missing ids of those that have not been sent it
     * @param needsRebound whether a second purge must follow before it is settled
     * @throws IllegalArgumentException if an object is no canonical URL
     */
    RefreshProgress(RefreshCommand command, List<String> nodes, Set<String> missing, boolean needsRebound) {
        this.command = command;
        this.nodes = nodes;
        nodes.forEach(node -> numbers.put(node, numbers.size()));
        this.needsRebound = needsRebound;
        this.purges = command.objects().stream()
                .map(url -> Purge.of(command.selector(), url, command.soft()))
                .toList();
        this.missing = new BitSet[nodes.size()];
        this.refused = new BitSet[nodes.size()];
        this.reasons = new String[nodes.size()];
        Arrays.setAll(this.missing, n -> objects(missing.contains(nodes.get(n))));
        Arrays.setAll(refused, _ -> new BitSet());
    }

    RefreshCommand command() {
        return command;
    }

    Instant acceptedAt() {
        return command.acceptedAt();
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

    synchronized void delivered(String node, int object) {
        int n = number(node);
        missing[n].clear(object);
        refused[n].clear(object);
        changed.set(object);
    }

    /** The node owes the object; if it was delivered before, it stays reported so. */
    synchronized void owed(String node, int object, String reason, boolean isRefused) {
        int n = number(node);
        reasons[n] = reason;
        refused[n].set(object, isRefused && missing[n].get(object));
        changed.set(object);
    }

    /** The node has all of it, for whatever reason. */
    synchronized void delivered(String node) {
        int n = number(node);
        missing[n].clear();
        refused[n].clear();
        changed.set(0, purges.size());
    }

    /** The node owes all of it. */
    synchronized void owed(String node, String reason, boolean isRefused) {
        for (int object = 0; object < purges.size(); object++) {
            owed(node, object, reason, isRefused);
        }
    }

    /** What has changed since it was told. The first time the first object stands for all, if need be: it has begun. Null if there is nothing to tell. */
    synchronized @Nullable Report news() {
        if (told.isEmpty() && changed.isEmpty()) {
            changed.set(0);
        }
        return changed.isEmpty() ? null : tell();
    }

    /** What has changed since it was told, and what never was: after it, everything has been told as it is. Null if everything has. */
    synchronized @Nullable Report rest() {
        BitSet never = objects(true);
        never.andNot(told);
        changed.or(never);
        return changed.isEmpty() ? null : tell();
    }

    private Report tell() {
        BitSet missingSomewhere = union(missing);
        List<ObjectState> states = changed.stream()
                .mapToObj(object -> missingSomewhere.get(object) ? state(object) : complete(object))
                .toList();
        told.or(changed);
        changed.clear();
        return new Report(states, totals(missingSomewhere));
    }

    private TaskTotals totals(BitSet missingSomewhere) {
        int objects = purges.size();
        long pairs = (long) objects * nodes.size();
        long owed = Arrays.stream(missing).mapToLong(BitSet::cardinality).sum();
        return new TaskTotals(
                objects,
                objects - missingSomewhere.cardinality(),
                union(refused).cardinality(),
                pairs - owed,
                pairs);
    }

    private static BitSet union(BitSet[] sets) {
        BitSet union = new BitSet();
        for (BitSet set : sets) {
            union.or(set);
        }
        return union;
    }

    private ObjectState complete(int object) {
        return new ObjectState(object, done(), List.of(), nodes.size(), null, 0);
    }

    private ObjectState state(int object) {
        List<String> without = new ArrayList<>();
        List<String> named = new ArrayList<>();
        boolean failed = false;
        for (int n = 0; n < nodes.size(); n++) {
            if (missing[n].get(object)) {
                without.add(nodes.get(n));
                failed |= refused[n].get(object);
                if (reasons[n] != null && named.size() < NAMED) {
                    named.add(nodes.get(n) + ' ' + reasons[n]);
                }
            }
        }
        Phase phase = failed ? Phase.FAILED : Phase.RUNNING;
        String description = named.isEmpty() ? null : String.join("; ", named);
        return new ObjectState(object, phase, without, nodes.size(), description, 0);
    }

    private Phase done() {
        return needsRebound && !settled ? Phase.APPLIED : Phase.SETTLED;
    }

    /** The second purge has been answered, too. */
    synchronized void settle() {
        settled = true;
        changed.set(0, purges.size());
    }
}
