package io.freshet.task.query;

import io.freshet.contracts.task.ObjectOutcomes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reader of what nodes answered to the purges of an object, from bits; see {@code task_object}. */
final class OutcomeReader {

    private OutcomeReader() {}

    /**
     * Reads a row of {@code task_object} with its task's {@code node_ids}.
     *
     * @param lagging nodes that are not done with the object: only they can still refuse it, and an earlier look at
     *     them is void
     */
    static ObjectOutcomes read(ResultSet row, List<String> lagging) throws SQLException {
        List<String> nodes = TaskQueries.texts(row, "node_ids");
        SortedSet<String> purged = nodes(row.getString("purged"), nodes);
        SortedSet<String> absent = nodes(row.getString("absent"), nodes);
        SortedSet<String> banned = nodes(row.getString("banned"), nodes);
        SortedSet<String> refused = nodes(row.getString("refused"), nodes);
        SortedSet<String> verified = nodes(row.getString("verified"), nodes);
        // A node that had the object and was purged again, after a crash for example, did not have it then.
        absent.removeAll(purged);
        banned.removeAll(purged);
        banned.removeAll(absent);
        refused.retainAll(lagging);
        lagging.forEach(verified::remove);
        return new ObjectOutcomes(
                List.copyOf(purged),
                List.copyOf(absent),
                List.copyOf(banned),
                List.copyOf(refused),
                List.copyOf(verified));
    }

    private static SortedSet<String> nodes(@Nullable String bits, List<String> nodes) {
        SortedSet<String> names = new TreeSet<>();
        if (bits != null) {
            for (int node = 0; node < bits.length(); node++) {
                if (bits.charAt(node) == '1') {
                    names.add(nodes.get(node));
                }
            }
        }
        return names;
    }
}
