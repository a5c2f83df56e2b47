package io.freshet.purge.delivery;

import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.purge.driver.Purge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A refresh that is being delivered: which node still misses which object, and why. Safe for use by many threads. */
final class Refresh {

    /** As many nodes of an object as its description names. */
    private static final int NAMED = 3;

    private final RefreshCommand command;
    private final int partition;
    private final List<String> nodes;
    private final boolean needsRebound;
    private final List<Purge> purges;
    private final BitSet[] missing;
    private final BitSet[] refused;
    private final @Nullable String[] reasons;

    /**
     * @param partition of the purge commands that it came from
     * @param nodes ids of all nodes it goes to
     * @param needsRebound whether a second purge must follow before it is settled
     * @throws IllegalArgumentException if an object is no canonical URL
     */
    Refresh(RefreshCommand command, int partition, List<String> nodes, boolean needsRebound) {
        this.command = command;
        this.partition = partition;
        this.nodes = nodes;
        this.needsRebound = needsRebound;
        this.purges = command.objects().stream()
                .map(url -> Purge.of(command.selector(), url, command.soft()))
                .toList();
        this.missing = new BitSet[nodes.size()];
        this.refused = new BitSet[nodes.size()];
        this.reasons = new String[nodes.size()];
        Arrays.setAll(missing, _ -> allObjects());
        Arrays.setAll(refused, _ -> new BitSet());
    }

    RefreshCommand command() {
        return command;
    }

    int partition() {
        return partition;
    }

    Instant acceptedAt() {
        return command.acceptedAt();
    }

    Purge purge(int object) {
        return purges.get(object);
    }

    BitSet allObjects() {
        BitSet all = new BitSet();
        all.set(0, command.objects().size());
        return all;
    }

    synchronized void delivered(String node, int object) {
        int n = nodes.indexOf(node);
        missing[n].clear(object);
        refused[n].clear(object);
    }

    /** The node owes the object; if it was delivered before, it stays reported so. */
    synchronized void owed(String node, int object, String reason, boolean isRefused) {
        int n = nodes.indexOf(node);
        reasons[n] = reason;
        refused[n].set(object, isRefused && missing[n].get(object));
    }

    synchronized List<ObjectState> states() {
        return IntStream.range(0, purges.size()).mapToObj(this::state).toList();
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
        Phase phase = without.isEmpty() ? done() : failed ? Phase.FAILED : Phase.RUNNING;
        String description = named.isEmpty() ? null : String.join("; ", named);
        return new ObjectState(object, phase, without, nodes.size(), description, 0);
    }

    private Phase done() {
        return needsRebound ? Phase.APPLIED : Phase.SETTLED;
    }

    static TaskTotals totals(List<ObjectState> states) {
        int complete = 0;
        int failed = 0;
        long delivered = 0;
        long pairs = 0;
        for (ObjectState state : states) {
            complete += state.missing().isEmpty() ? 1 : 0;
            failed += state.phase() == Phase.FAILED ? 1 : 0;
            delivered += state.nodes() - state.missing().size();
            pairs += state.nodes();
        }
        return new TaskTotals(states.size(), complete, failed, delivered, pairs);
    }
}
