package io.freshet.gateway.client;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Queue that serves accounts in turn, each in order of arrival, so that what one account has waiting delays no other.
 */
final class RoundRobinQueue<T> {

    /** By account; the first is served next. */
    private final SequencedMap<String, Queue<T>> accounts = new LinkedHashMap<>();

    synchronized void add(String account, T element) {
        accounts.computeIfAbsent(account, _ -> new ArrayDeque<>()).add(element);
    }

    synchronized @Nullable T poll() {
        return pollIf(_ -> true);
    }

    /** Returns and removes the next element; null if there is none or it does not match. */
    synchronized @Nullable T pollIf(Predicate<T> condition) {
        Map.Entry<String, Queue<T>> next = accounts.firstEntry();
        if (next == null || !condition.test(next.getValue().element())) {
            return null;
        }
        accounts.remove(next.getKey());
        T element = next.getValue().remove();
        if (!next.getValue().isEmpty()) {
            accounts.putLast(next.getKey(), next.getValue());
        }
        return element;
    }
}
