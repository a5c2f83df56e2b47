package io.freshet.task.recording;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One statement can write a row only once, so what names a row again waits for the next round. */
final class Rounds {

    private Rounds() {}

    /** The same items in their order, in as many lists as the most frequent key occurs. */
    static <T> List<List<T>> of(List<T> items, Function<T, ?> key) {
        List<List<T>> rounds = new ArrayList<>();
        Map<Object, Integer> seen = new HashMap<>();
        for (T item : items) {
            int round = seen.merge(key.apply(item), 1, Integer::sum) - 1;
            if (round == rounds.size()) {
                rounds.add(new ArrayList<>());
            }
            rounds.get(round).add(item);
        }
        return rounds;
    }
}
