package io.freshet.contracts.task;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers of nodes to the purges of one object, as sorted node ids. A node that has received the object and is in none
 * of these lists answered to a repeated purge, or was flushed: then nobody knows whether it had the object.
 *
 * @param purged nodes that had the object
 * @param absent nodes that did not have it
 * @param banned nodes that drop whatever matches, and do not tell whether they had something
 * @param refused nodes that refuse to purge it
 * @param verified nodes of which a look after the purge has found no old copy
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ObjectOutcomes(
        List<String> purged, List<String> absent, List<String> banned, List<String> refused, List<String> verified) {

    /** Nodes that the summary names at most. */
    private static final int MAX_NAMED = 3;

    public ObjectOutcomes {
        purged = purged == null ? List.of() : List.copyOf(purged);
        absent = absent == null ? List.of() : List.copyOf(absent);
        banned = banned == null ? List.of() : List.copyOf(banned);
        refused = refused == null ? List.of() : List.copyOf(refused);
        verified = verified == null ? List.of() : List.copyOf(verified);
    }

    /** Returns whether no node has given an answer that is worth showing. */
    @JsonIgnore
    public boolean isEmpty() {
        return purged.isEmpty() && absent.isEmpty() && banned.isEmpty() && refused.isEmpty() && verified.isEmpty();
    }

    /**
     * Continues a sentence that begins with the object, such as {@code was in 1 of 3 caches: l1-a}; null if nobody
     * knows for some node whether it had the object, or whether it was banned.
     *
     * @param nodes number of all nodes that the refresh is for
     */
    public @Nullable String summary(int nodes) {
        if (nodes == 0 || purged.size() + absent.size() + banned.size() != nodes) {
            return null;
        }
        String caches = nodes == 1 ? "1 cache" : nodes + " caches";
        if (!banned.isEmpty()) {
            return "was banned on " + banned.size() + " of " + caches;
        }
        if (purged.isEmpty()) {
            return "was in none of " + caches;
        }
        String names = purged.size() > MAX_NAMED ? "" : ": " + String.join(", ", purged);
        return "was in " + purged.size() + " of " + caches + names;
    }
}
