package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State of one object as known to its worker. It is absolute and never a difference, so it may be published twice.
 *
 * @param index position of the object in its task, from 0
 * @param missing ids of the nodes that have not received it
 * @param nodes number of all nodes concerned; 0 if unknown to the publisher, {@code missing} is empty then
 * @param description reason why it is delayed or failed, with the node and its response
 * @param bytes of the body, summed over nodes and variants; 0 for a refresh
 * @param children tasks with what this object names, if it is a manifest whose children are pushed
 */
public record ObjectState(
        int index,
        Phase phase,
        List<String> missing,
        int nodes,
        @Nullable String description,
        long bytes,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ChildTask> children) {

    public ObjectState {
        requireNonNull(phase, "phase");
        missing = missing == null ? List.of() : List.copyOf(missing);
        children = children == null ? List.of() : List.copyOf(children);
        if (index < 0 || nodes < 0 || bytes < 0 || missing.size() > nodes) {
            throw new IllegalArgumentException(
                    "object " + index + ": " + missing.size() + " missing of " + nodes + " nodes, " + bytes + " bytes");
        }
    }

    /** State of an object without children. */
    public ObjectState(
            int index, Phase phase, List<String> missing, int nodes, @Nullable String description, long bytes) {
        this(index, phase, missing, nodes, description, bytes, List.of());
    }

    /** Upper bound of the JSON without strings: names, punctuation and the longest numbers. */
    private static final int FIXED_BYTES = 180;

    /** Upper bound of the JSON of a child task. */
    private static final int CHILD_BYTES = 64;

    /** Returns an upper bound of this state's size in JSON, in bytes. */
    int maxJsonBytes() {
        int bytes = FIXED_BYTES + children.size() * CHILD_BYTES + (description == null ? 0 : jsonBytes(description));
        for (String node : missing) {
            bytes += jsonBytes(node) + 3; // quotes and a comma
        }
        return bytes;
    }

    static int jsonBytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x20 ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return bytes;
    }
}
