package io.freshet.contracts.url;

import io.freshet.contracts.url.PathNode.Alternatives;
import io.freshet.contracts.url.PathNode.Repetition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Nondeterministic automaton of a sequence of nodes, which finds matches within other matches. */
final class PathAutomaton {

    private record MatchState(int id, CharacterSet set, Set<Integer> next) {}

    private record Pair(int outer, int inner) {}

    private static final int END = -1;

    private final List<MatchState> states = new ArrayList<>();
    private final Set<Integer> entries;

    PathAutomaton(List<PathNode> sequence) {
        this.entries = add(sequence, Set.of(END));
    }

    /** Returns whether a match may be a shorter match and more characters. */
    boolean hasMatchWithShorterStart() {
        return contains(entries);
    }

    /** Returns whether a match may have another in it that begins later and ends sooner. */
    boolean hasMatchInside() {
        Set<Integer> later = new HashSet<>();
        states.forEach(state -> later.addAll(state.next()));
        later.remove(END);
        return contains(later);
    }

    /** Returns whether a match that begins in one of the given states of another match may end before it. */
    private boolean contains(Collection<Integer> starts) {
        Set<Pair> seen = new HashSet<>();
        ArrayDeque<Pair> queue = new ArrayDeque<>();
        enqueue(starts, entries, seen, queue);
        while (!queue.isEmpty()) {
            Pair pair = queue.remove();
            Set<Integer> outer = states.get(pair.outer()).next();
            Set<Integer> inner = states.get(pair.inner()).next();
            if (inner.contains(END) && !outer.equals(Set.of(END))) {
                return true;
            }
            enqueue(outer, inner, seen, queue);
        }
        return false;
    }

    private void enqueue(Collection<Integer> outer, Collection<Integer> inner, Set<Pair> seen, ArrayDeque<Pair> queue) {
        for (int o : outer) {
            for (int i : inner) {
                if (o != END
                        && i != END
                        && states.get(o).set().intersects(states.get(i).set())) {
                    Pair pair = new Pair(o, i);
                    if (seen.add(pair)) {
                        queue.add(pair);
                    }
                }
            }
        }
    }

    /** Adds the states of a sequence and returns the ones it may begin with, which are others if it may be empty. */
    private Set<Integer> add(List<PathNode> sequence, Set<Integer> next) {
        Set<Integer> entry = next;
        for (PathNode node : sequence.reversed()) {
            entry = switch (node) {
                case Repetition repetition -> add(repetition, entry);
                case Alternatives group -> add(group, entry);
            };
        }
        return entry;
    }

    private Set<Integer> add(Alternatives group, Set<Integer> next) {
        Set<Integer> entry = new LinkedHashSet<>();
        group.sequences().forEach(sequence -> entry.addAll(add(sequence, next)));
        if (group.optional()) {
            entry.addAll(next);
        }
        return entry;
    }

    private Set<Integer> add(Repetition repetition, Set<Integer> next) {
        Set<Integer> entry = next;
        if (repetition.isUnlimited()) {
            Set<Integer> again = new LinkedHashSet<>(next);
            again.add(add(repetition.set(), again));
            entry = again;
        } else {
            for (int i = repetition.min(); i < repetition.max(); i++) {
                Set<Integer> optional = new LinkedHashSet<>(next);
                optional.add(add(repetition.set(), entry));
                entry = optional;
            }
        }
        for (int i = 0; i < repetition.min(); i++) {
            entry = Set.of(add(repetition.set(), entry));
        }
        return entry;
    }

    private int add(CharacterSet set, Set<Integer> next) {
        states.add(new MatchState(states.size(), set, next));
        return states.size() - 1;
    }
}
