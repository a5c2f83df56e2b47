package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of one object as its worker knows it: never a delta, so it may be told twice.
 *
 * @param index the object's place in its task, from 0
 * @param missing ids of the nodes that still owe it
 * @param nodes how many nodes it has in all; 0 when the teller does not know them, and then {@code missing} says nothing
 * @param description why it is late or failed, naming the node and its answer
 * @param bytes of the body, summed over nodes and variants; 0 for a refresh
 */
public record ObjectState(
        int index,
        Phase phase,
        List<String> missing,
        int nodes,
        @Nullable String description,
        long bytes) {

    public ObjectState {
        requireNonNull(phase, "phase");
        missing = missing == null ? List.of() : List.copyOf(missing);
        if (index < 0 || nodes < 0 || bytes < 0 || missing.size() > nodes) {
            throw new IllegalArgumentException(
                    "object " + index + ": " + missing.size() + " missing of " + nodes + " nodes, " + bytes + " bytes");
        }
    }
}
