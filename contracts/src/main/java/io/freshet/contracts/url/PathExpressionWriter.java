package io.freshet.contracts.url;

import io.freshet.contracts.url.PathNode.Alternatives;
import io.freshet.contracts.url.PathNode.Repetition;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writer of expressions for PCRE2 that backtrack no further than into a section, and into one
 * repetition at most. Lazy quantifiers and alternatives in
 * order of length make the shortest match the first.
 */
final class PathExpressionWriter {

    private static final String SPECIAL = ".*+?()[]|${}";
    /** Characters that a ban cannot have. Each is written as what lies between its neighbours. */
    private static final String HIDDEN = ",'";

    private final StringBuilder out = new StringBuilder();
    /** The repetition that may give back what it has matched; null for none. */
    private final @Nullable Repetition ambiguous;

    private PathExpressionWriter(@Nullable Repetition ambiguous) {
        this.ambiguous = ambiguous;
    }

    static String pcre(List<PathSection> sections) {
        PathExpressionWriter writer =
                new PathExpressionWriter(sections.getLast().ambiguousRepetition());
        writer.write(sections);
        return writer.out.toString();
    }

    private void write(List<PathSection> sections) {
        out.append('^');
        PathSection first = sections.getFirst();
        if (sections.size() > 1 && first.findsShortestMatch() && PathNode.ways(first.nodes()) > 1) {
            writeAtomic("", first);
        } else {
            first.nodes().forEach(this::write);
        }
        for (int i = 1; i < sections.size() - 1; i++) {
            writeAtomic(".*?", sections.get(i));
        }
        if (sections.size() > 1) {
            List<PathNode> last = sections.getLast().nodes();
            out.append(last.isEmpty() ? ".*" : ".*?");
            last.forEach(this::write);
        }
        out.append('$');
    }

    private void writeAtomic(String before, PathSection section) {
        out.append("(?>").append(before);
        section.nodes().forEach(this::write);
        out.append(')');
    }

    private void write(PathNode node) {
        switch (node) {
            case Repetition repetition -> write(repetition);
            case Alternatives group -> write(group);
        }
    }

    private void write(Alternatives group) {
        String separator = "(?:";
        for (List<PathNode> sequence : group.sequences().stream()
                .sorted(Comparator.comparingInt(PathNode::minLength))
                .toList()) {
            out.append(separator);
            sequence.forEach(this::write);
            separator = "|";
        }
        out.append(group.optional() ? ")??" : ")");
    }

    private void write(Repetition repetition) {
        String set = text(repetition.set());
        if (repetition.isUnlimited()) {
            if (repetition.min() > 1) {
                out.append(times(set, repetition.min()));
            }
            out.append(set).append(repetition.min() == 1 ? '+' : '*').append(repetition.equals(ambiguous) ? "" : "+");
        } else {
            out.append(times(set, repetition.min())).append(atMost(set, repetition.max() - repetition.min()));
        }
    }

    private static String times(String set, int count) {
        return switch (count) {
            case 0 -> "";
            case 1 -> set;
            default -> set + "{" + count + "}";
        };
    }

    /**
     * Returns what matches a character up to count times, in one way for each number, fewer first. {@code {0,count}}
     * would have a comma.
     */
    private static String atMost(String set, int count) {
        if (count == 0) {
            return "";
        }
        if (count == 1) {
            return set + "??";
        }
        return count % 2 == 0
                ? "(?:" + set + atMost(set, count - 1) + ")??"
                : "(?:" + times(set, (count + 1) / 2) + ")??" + atMost(set, count / 2);
    }

    private static String text(CharacterSet set) {
        if (set.equals(CharacterSet.ALL)) {
            return ".";
        }
        boolean negated = set.containsOthers();
        CharacterSet rest = negated ? set.complement() : set;
        StringBuilder hidden = new StringBuilder();
        for (char c : HIDDEN.toCharArray()) {
            if (rest.contains(c)) {
                rest = rest.without(c);
                hidden.append(hidden.isEmpty() ? "" : "|").append(between((char) (c - 1), (char) (c + 1)));
            }
        }
        String visible = rest.equals(CharacterSet.NONE) ? negated ? "." : "" : bracketed(rest, negated);
        if (hidden.isEmpty()) {
            return visible;
        }
        if (negated) {
            return "(?:(?!" + hidden + ")" + visible + ")";
        }
        return "(?:" + hidden + (visible.isEmpty() ? "" : "|" + visible) + ")";
    }

    private static String between(char low, char high) {
        return "(?=[" + low + "-" + high + "])[^" + low + high + "]";
    }

    private static String bracketed(CharacterSet set, boolean negated) {
        String members = members(set);
        if (!negated && members.length() == 1 && SPECIAL.indexOf(members.charAt(0)) < 0) {
            return members;
        }
        return (negated ? "[^" : "[") + members + "]";
    }

    private static String members(CharacterSet set) {
        StringBuilder members = new StringBuilder();
        appendRange(members, set, ']', ']');
        appendRange(members, set, '0', '9');
        appendRange(members, set, 'A', 'Z');
        appendRange(members, set, 'a', 'z');
        for (char c = '!'; c <= '~'; c++) {
            if (set.contains(c) && !Character.isLetterOrDigit(c) && "[]-".indexOf(c) < 0) {
                members.append(c);
            }
        }
        appendRange(members, set, '[', '[');
        appendRange(members, set, '-', '-');
        return members.toString();
    }

    /** Appends the set's characters in a range; three and more in a row are written as one. */
    private static void appendRange(StringBuilder members, CharacterSet set, char from, char to) {
        char c = from;
        while (c <= to) {
            char last = c;
            while (last < to && set.contains(c) && set.contains((char) (last + 1))) {
                last++;
            }
            if (set.contains(c)) {
                members.append(c);
                if (last > c) {
                    members.append(last > c + 1 ? "-" : "").append(last);
                }
            }
            c = (char) (last + 1);
        }
    }
}
