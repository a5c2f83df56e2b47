package io.freshet.push.task;

import io.freshet.contracts.message.ChildTask;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.Phase;
import io.freshet.fleet.node.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Progress of one object: the nodes that miss it, and why, and what nodes have instead of it. Guarded by {@link
 * PushProgress}.
 */
final class ObjectProgress {

    /** Longest description in characters. All missing nodes are named beside it. */
    private static final int MAX_DESCRIPTION = 300;

    private final int index;
    private final int nodes;
    /** Reasons by node id; empty if there is none. */
    private final Map<String, String> missing = new LinkedHashMap<>();

    private final Set<String> failed = new HashSet<>();
    /** Reasons of the origin for which it waits, by node id. */
    private final Map<String, String> delays = new HashMap<>();
    /** Descriptions of responses that nodes have instead of the object, by node id. */
    private final Map<String, String> remarks = new LinkedHashMap<>();

    private final List<String> notes = new ArrayList<>();
    private List<ChildTask> children = List.of();
    private @Nullable String skipped;
    private boolean sent;
    private boolean cancelled;
    private long bytes;

    ObjectProgress(int index, List<Node> targets) {
        this.index = index;
        this.nodes = targets.size();
        targets.forEach(node -> missing.put(node.id(), ""));
    }

    void delivered(String node, long count, @Nullable String remark) {
        missing.remove(node);
        bytes += count;
        if (remark != null) {
            remarks.put(node, remark);
        }
    }

    /** Notes what it names, and what of that was skipped. */
    void found(List<ChildTask> tasks, @Nullable String remark) {
        children = List.copyOf(tasks);
        skipped = remark;
    }

    /**
     * Notes that the node is sent it.
     *
     * @return whether the origin has made it wait
     */
    boolean sent(String node) {
        sent = true;
        return delays.remove(node) != null;
    }

    /** Notes what the origin does that makes it wait. */
    void delayed(String node, String why) {
        delays.put(node, why);
    }

    /** Notes that the task was cancelled, so that nodes that miss it are not sent it. */
    void cancel() {
        cancelled = true;
    }

    /** Notes something that the description tells in any state. */
    void remark(String text) {
        notes.add(text);
    }

    void retrying(String node, String why) {
        missing.replace(node, why);
    }

    void failed(String node, String why) {
        missing.replace(node, why);
        failed.add(node);
    }

    /** Returns whether the node has neither received nor failed it. */
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
        if (failed.size() == missing.size()) {
            return Phase.FAILED;
        }
        return sent || !failed.isEmpty() || missing.size() < nodes ? Phase.RUNNING : Phase.PENDING;
    }

    /**
     * Returns the object's state.
     *
     * @param unavailable reasons by node that the task waits for
     */
    ObjectState state(Map<String, String> unavailable) {
        return new ObjectState(
                index, phase(), List.copyOf(missing.keySet()), nodes, description(unavailable), bytes, children);
    }

    private @Nullable String description(Map<String, String> unavailable) {
        StringJoiner text = new StringJoiner("; ").setEmptyValue("");
        addCancellation(text);
        missing.forEach((node, why) -> {
            String reason = describe(node, why, unavailable);
            if (!reason.isEmpty()) {
                text.add(reason);
            }
        });
        addRemarks(text);
        if (skipped != null) {
            text.add(skipped);
        }
        notes.forEach(text::add);
        return text.length() == 0 ? null : shortened(text.toString());
    }

    private static String shortened(String text) {
        return text.length() <= MAX_DESCRIPTION ? text : text.substring(0, MAX_DESCRIPTION) + '…';
    }

    private void addCancellation(StringJoiner text) {
        if (cancelled) {
            switch (phase()) {
                case PENDING -> text.add("cancelled before it was sent");
                case RUNNING -> text.add("cancelled before all nodes had it");
                default -> {}
            }
        }
    }

    /** Adds the remarks with their nodes, or without them if all nodes have the same. */
    private void addRemarks(StringJoiner text) {
        if (remarks.isEmpty()) {
            return;
        }
        Set<String> different = new HashSet<>(remarks.values());
        if (remarks.size() == nodes && different.size() == 1) {
            different.forEach(text::add);
        } else {
            remarks.forEach((node, remark) -> text.add(node + ": " + remark));
        }
    }

    private String describe(String node, String why, Map<String, String> unavailable) {
        String waiting = failed.contains(node) ? null : unavailable.get(node);
        if (waiting != null) {
            return node + ": waited for, " + waiting;
        }
        String reason = delays.getOrDefault(node, why);
        return reason.isEmpty() ? "" : node + ": " + reason;
    }
}
