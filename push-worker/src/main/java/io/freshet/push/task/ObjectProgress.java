package io.freshet.push.task;

import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.Phase;
import io.freshet.fleet.Node;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One object: the nodes that still miss it, and why. Guarded by {@link Progress}. */
final class ObjectProgress {

    /** What fits into a description; the nodes that miss the object are named beside it, all of them. */
    private static final int MAX_DESCRIPTION = 300;

    private final int index;
    private final int nodes;
    /** Node id to what is wrong with it, which may be nothing. */
    private final Map<String, String> missing = new LinkedHashMap<>();

    private final Set<String> failed = new HashSet<>();
    private long bytes;

    ObjectProgress(int index, List<Node> targets) {
        this.index = index;
        this.nodes = targets.size();
        targets.forEach(node -> missing.put(node.id(), ""));
    }

    void delivered(String node, long count) {
        missing.remove(node);
        bytes += count;
    }

    void troubled(String node, String why) {
        missing.replace(node, why);
    }

    void failed(String node, String why) {
        missing.replace(node, why);
        failed.add(node);
    }

    /** Whether this node is still to get it. */
    boolean waitsFor(String node) {
        return missing.containsKey(node) && !failed.contains(node);
    }

    int nodes() {
        return nodes;
    }

    int delivered() {
        return nodes - missing.size();
    }

    Phase phase() {
        if (missing.isEmpty()) {
            return Phase.SETTLED;
        }
        return failed.size() == missing.size() ? Phase.FAILED : Phase.RUNNING;
    }

    /**
     * @param late nodes that are waited for, with the reasons
     */
    ObjectState state(Map<String, String> late) {
        return new ObjectState(index, phase(), List.copyOf(missing.keySet()), nodes, description(late), bytes);
    }

    private @Nullable String description(Map<String, String> late) {
        String text = missing.entrySet().stream()
                .map(entry -> describe(entry.getKey(), entry.getValue(), late))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
        if (text.isEmpty()) {
            return null;
        }
        return text.length() <= MAX_DESCRIPTION ? text : text.substring(0, MAX_DESCRIPTION) + '…';
    }

    private String describe(String node, String why, Map<String, String> late) {
        String waiting = failed.contains(node) ? null : late.get(node);
        if (waiting != null) {
            return node + ": waited for, " + waiting;
        }
        return why.isEmpty() ? "" : node + ": " + why;
    }
}
