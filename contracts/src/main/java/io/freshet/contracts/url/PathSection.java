package io.freshet.contracts.url;

import io.freshet.contracts.url.PathNode.Alternatives;
import io.freshet.contracts.url.PathNode.Repetition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a path expression before, between or after {@code .*}. Its first occurrence is the one to take, so that no
 * engine must come back to it for another; see {@link #requireFirstMatchIsBest()}.
 *
 * @param nodes without what a neighbouring {@code .*} matches as well
 * @param searched whether it follows a {@code .*}, so that it is tried at many places
 */
record PathSection(List<PathNode> nodes, boolean searched) {

    private static final int MAX_WAYS = 256;
    /** Bound of the automaton's work, which grows with the square of its states. */
    private static final int MAX_STATES = 256;

    private static final String WAY_OUT = "; split it into several entries";

    /**
     * Splits an expression at each {@code .*}.
     *
     * @return one section without {@code .*}; otherwise the first and the last, which may be empty, and between them
     *     those that are not
     * @throws InvalidObjectException if a section may backtrack much
     */
    static List<PathSection> split(List<PathNode> sequence) throws InvalidObjectException {
        List<PathSection> sections = new ArrayList<>();
        List<PathNode> nodes = new ArrayList<>();
        for (PathNode node : sequence) {
            if (node instanceof Repetition dot && dot.isUnlimited() && dot.set().equals(CharacterSet.ALL)) {
                if (dot.min() > 0) {
                    nodes.add(dot.shortest());
                }
                add(sections, nodes, true);
                nodes = new ArrayList<>();
            } else {
                nodes.add(node);
            }
        }
        add(sections, nodes, false);
        refuseManyWays(sections);
        return List.copyOf(sections);
    }

    private static void add(List<PathSection> sections, List<PathNode> nodes, boolean starFollows)
            throws InvalidObjectException {
        boolean searched = !sections.isEmpty();
        PathSection section = new PathSection(trimmed(nodes, searched, starFollows), searched);
        if (searched && starFollows && section.nodes().isEmpty()) {
            return;
        }
        section.requireDistinctEnds(starFollows);
        if (section.ways() > MAX_WAYS) {
            throw new InvalidObjectException("has too many alternatives" + WAY_OUT);
        }
        if (searched && starFollows) {
            section.requireFirstMatchIsBest();
        }
        sections.add(section);
    }

    /** Removes what a {@code .*} beside it matches as well: all that is optional there. */
    private static List<PathNode> trimmed(List<PathNode> nodes, boolean starBefore, boolean starAfter) {
        Deque<PathNode> trimmed = new ArrayDeque<>(nodes);
        while (starBefore && !trimmed.isEmpty()) {
            PathNode first = trimmed.removeFirst();
            if (first.minLength() > 0) {
                trimmed.addFirst(shortest(first));
                break;
            }
        }
        while (starAfter && !trimmed.isEmpty()) {
            PathNode last = trimmed.removeLast();
            if (last.minLength() > 0) {
                trimmed.addLast(shortest(last));
                break;
            }
        }
        return List.copyOf(trimmed);
    }

    private static PathNode shortest(PathNode node) {
        return switch (node) {
            case Repetition repetition -> repetition.shortest();
            case Alternatives group -> group;
        };
    }

    /**
     * Returns the last unlimited repetition if it may end at several places, since a character of it may follow; else
     * null. What follows has a limited length and is tried again at each of these places.
     */
    @Nullable
    Repetition ambiguousRepetition() {
        int last = lastUnlimited();
        if (last < 0) {
            return null;
        }
        Repetition repetition = (Repetition) nodes.get(last);
        return PathNode.first(nodes.subList(last + 1, nodes.size())).intersects(repetition.set()) ? repetition : null;
    }

    private int lastUnlimited() {
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (nodes.get(i) instanceof Repetition repetition && repetition.isUnlimited()) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Returns the number of ways in which the section can match at one place; if a repetition is ambiguous, the number
     * of characters that are read for each of its own at most.
     */
    private long ways() {
        int ways = PathNode.ways(nodes);
        return ambiguousRepetition() == null
                ? ways
                : (long) ways * PathNode.maxLength(nodes.subList(lastUnlimited() + 1, nodes.size()));
    }

    /**
     * Requires of every unlimited repetition that only one end is possible for it, except the last one of the
     * expression, and, where the section is searched for, that it is not searched from each of its own characters.
     */
    private void requireDistinctEnds(boolean starFollows) throws InvalidObjectException {
        @Nullable Repetition mayBeAmbiguous = starFollows || ways() > MAX_WAYS ? null : ambiguousRepetition();
        CharacterSet following = CharacterSet.NONE;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            PathNode node = nodes.get(i);
            if (node instanceof Repetition repetition && repetition.isUnlimited()) {
                String where = "at character " + repetition.at() + " " + repetition.text();
                if (following.intersects(repetition.set()) && !repetition.equals(mayBeAmbiguous)) {
                    throw new InvalidObjectException(where + " may be followed by a character that it matches itself;"
                            + " exclude that character, as in [^/.]*\\.js");
                }
            }
            following = node.minLength() > 0 ? node.first() : following.union(node.first());
        }
        if (searched) {
            requireDistinctBeginnings();
        }
    }

    private void requireDistinctBeginnings() throws InvalidObjectException {
        List<PathNode> before = new ArrayList<>();
        for (PathNode node : nodes) {
            if (node instanceof Repetition repetition
                    && repetition.isUnlimited()
                    && before.stream().noneMatch(other -> other.alwaysLeaves(repetition.set()))) {
                throw new InvalidObjectException("at character " + repetition.at() + " " + repetition.text()
                        + " has nothing but its own characters before it, back to .*;"
                        + " write another character before it, as in /[a-z]*");
            }
            before.add(node);
        }
    }

    /**
     * Requires that no match ends before the first one does, so that what follows has the most room after the first.
     */
    private void requireFirstMatchIsBest() throws InvalidObjectException {
        if (variableNodes().isEmpty()) {
            return;
        }
        if (PathNode.states(nodes) > MAX_STATES) {
            throw new InvalidObjectException("has a part of more than " + MAX_STATES
                    + " characters and of variable length between two .*" + WAY_OUT);
        }
        if (!findsShortestMatch() || new PathAutomaton(nodes).hasMatchInside()) {
            throw new InvalidObjectException(
                    "has alternatives between two .* of which one may match within another" + WAY_OUT);
        }
    }

    /**
     * Returns whether an engine finds the shortest of all matches at one place first. The writer orders the ways of one
     * node by length.
     */
    boolean findsShortestMatch() {
        return isOrderedByLength()
                || PathNode.states(nodes) <= MAX_STATES && !new PathAutomaton(nodes).hasMatchWithShorterStart();
    }

    private boolean isOrderedByLength() {
        List<PathNode> variable = variableNodes();
        return variable.isEmpty()
                || variable.size() == 1
                        && switch (variable.getFirst()) {
                            case Repetition _ -> true;
                            case Alternatives group ->
                                group.sequences().stream().allMatch(PathNode::hasFixedLength);
                        };
    }

    /**
     * Returns the nodes that can match in several lengths. An unlimited repetition is none: it matches all that it can,
     * and ends the sooner, the sooner it begins.
     */
    private List<PathNode> variableNodes() {
        return nodes.stream()
                .filter(node -> node.ways() > 1 && node.minLength() < node.maxLength())
                .toList();
    }

    private static void refuseManyWays(List<PathSection> sections) throws InvalidObjectException {
        // An engine tries all that follows once more for each way of the first section, unless it need not come back.
        int first = sections.getFirst().findsShortestMatch()
                ? 1
                : PathNode.ways(sections.getFirst().nodes());
        for (PathSection section : sections.subList(1, sections.size())) {
            if (first * section.ways() > MAX_WAYS) {
                throw new InvalidObjectException("has too many alternatives" + WAY_OUT);
            }
        }
    }
}
