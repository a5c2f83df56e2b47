package io.freshet.task.writer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Splits items into batches with unique keys, since a statement can write a row only once. */
final class UniqueKeyBatches {

    private UniqueKeyBatches() {}

    /** Returns the items in their order, in as many batches as the most frequent key occurs. */
    static <T> List<List<T>> of(List<T> items, Function<T, ?> key) {
        List<List<T>> batches = new ArrayList<>();
        Map<Object, Integer> occurrences = new HashMap<>();
        for (T item : items) {
            int batch = occurrences.merge(key.apply(item), 1, Integer::sum) - 1;
            if (batch == batches.size()) {
                batches.add(new ArrayList<>());
            }
            batches.get(batch).add(item);
        }
        return batches;
    }
}
