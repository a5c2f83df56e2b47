package io.freshet.gateway.batch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Objects of an upload that are not part of a task yet, by domain. It splits the same lines into the same tasks each
 * time, so that a repeated upload is recognised.
 */
final class ObjectBuffer {

    /** Bytes of an entry beside its URL. */
    private static final int ENTRY = 128;

    private final int maxObjects;
    private final long maxBytes;
    /** Numbers of the lines by object, by domain. */
    private final SequencedMap<String, SequencedMap<String, Integer>> domains = new LinkedHashMap<>();

    private long bytes;

    /**
     * Creates an empty buffer.
     *
     * @param maxObjects objects of a task
     * @param maxBytes bytes of all objects
     */
    ObjectBuffer(int maxObjects, long maxBytes) {
        this.maxObjects = maxObjects;
        this.maxBytes = maxBytes;
    }

    /**
     * The objects of a task.
     *
     * @param lines numbers of their lines, in their order
     */
    record DomainObjects(String domain, List<String> objects, List<Integer> lines) {}

    /**
     * Adds an object and passes on what became a task. Returns whether the object is new to its task.
     *
     * @param task receives the objects of each task that is complete
     */
    boolean add(String domain, String url, int line, Consumer<DomainObjects> task) {
        SequencedMap<String, Integer> objects = domains.computeIfAbsent(domain, _ -> new LinkedHashMap<>());
        if (objects.putIfAbsent(url, line) != null) {
            return false;
        }
        bytes += url.length() + ENTRY;
        if (objects.size() == maxObjects) {
            task.accept(remove(domain));
        } else if (bytes > maxBytes) {
            removeAll(task);
        }
        return true;
    }

    /** Removes all objects, each domain as a task. */
    void removeAll(Consumer<DomainObjects> task) {
        while (!domains.isEmpty()) {
            task.accept(remove(domains.firstEntry().getKey()));
        }
    }

    private DomainObjects remove(String domain) {
        Map<String, Integer> objects = domains.getOrDefault(domain, new LinkedHashMap<>());
        domains.remove(domain);
        bytes -=
                objects.keySet().stream().mapToLong(url -> url.length() + ENTRY).sum();
        return new DomainObjects(domain, List.copyOf(objects.keySet()), List.copyOf(objects.values()));
    }
}
