package io.freshet.contracts.url;

import java.util.List;

/** Node of the syntax tree of a path expression. A sequence of nodes is a list. */
sealed interface PathNode {

    /** Limit of all counts: a sum or product beyond it is this value. */
    int MANY = 1_000_000;

    /**
     * Character of a set, some times in a row.
     *
     * @param min from 0 to 255
     * @param max from 1 to 255, or {@link #UNLIMITED}
     * @param text as written
     * @param at position in the expression, from 1
     */
    record Repetition(CharacterSet set, int min, int max, String text, int at) implements PathNode {

        static final int UNLIMITED = MANY;

        boolean isUnlimited() {
            return max == UNLIMITED;
        }

        Repetition shortest() {
            return new Repetition(set, min, min, text, at);
        }
    }

    /** Group, which matches one of its alternatives; an optional one also matches nothing. */
    record Alternatives(List<List<PathNode>> sequences, boolean optional) implements PathNode {}

    /** Returns the number of characters of the shortest match. */
    default int minLength() {
        return switch (this) {
            case Repetition repetition -> repetition.min();
            case Alternatives group ->
                group.optional()
                        ? 0
                        : group.sequences().stream()
                                .mapToInt(PathNode::minLength)
                                .min()
                                .orElse(0);
        };
    }

    /** Returns the number of characters of the longest match, at most {@link #MANY}. */
    default int maxLength() {
        return switch (this) {
            case Repetition repetition -> repetition.max();
            case Alternatives group ->
                group.sequences().stream().mapToInt(PathNode::maxLength).max().orElse(0);
        };
    }

    /** Returns the number of ways in which the node can match at one place; an unlimited repetition has one. */
    default int ways() {
        return switch (this) {
            case Repetition repetition -> repetition.isUnlimited() ? 1 : repetition.max() - repetition.min() + 1;
            case Alternatives group ->
                capped(group.sequences().stream().mapToLong(PathNode::ways).sum() + (group.optional() ? 1 : 0));
        };
    }

    /** Returns the number of states of the node's automaton, at most {@link #MANY}. */
    default int states() {
        return switch (this) {
            case Repetition repetition -> repetition.isUnlimited() ? repetition.min() + 1 : repetition.max();
            case Alternatives group ->
                capped(group.sequences().stream().mapToLong(PathNode::states).sum());
        };
    }

    /** Returns the characters that a match may begin with. */
    default CharacterSet first() {
        return switch (this) {
            case Repetition repetition -> repetition.set();
            case Alternatives group ->
                group.sequences().stream().map(PathNode::first).reduce(CharacterSet.NONE, CharacterSet::union);
        };
    }

    /** Returns whether every match has a character that is not in the set. */
    default boolean alwaysLeaves(CharacterSet set) {
        return switch (this) {
            case Repetition repetition ->
                repetition.min() > 0 && !repetition.set().intersects(set);
            case Alternatives group ->
                !group.optional()
                        && group.sequences().stream()
                                .allMatch(sequence -> sequence.stream().anyMatch(node -> node.alwaysLeaves(set)));
        };
    }

    static int minLength(List<PathNode> sequence) {
        return capped(sequence.stream().mapToLong(PathNode::minLength).sum());
    }

    static int maxLength(List<PathNode> sequence) {
        return capped(sequence.stream().mapToLong(PathNode::maxLength).sum());
    }

    static int ways(List<PathNode> sequence) {
        return sequence.stream().mapToInt(PathNode::ways).reduce(1, (a, b) -> capped((long) a * b));
    }

    static int states(List<PathNode> sequence) {
        return capped(sequence.stream().mapToLong(PathNode::states).sum());
    }

    static CharacterSet first(List<PathNode> sequence) {
        CharacterSet first = CharacterSet.NONE;
        for (PathNode node : sequence) {
            first = first.union(node.first());
            if (node.minLength() > 0) {
                break;
            }
        }
        return first;
    }

    static boolean hasFixedLength(List<PathNode> sequence) {
        return minLength(sequence) == maxLength(sequence);
    }

    private static int capped(long count) {
        return (int) Math.min(count, MANY);
    }
}
