package io.freshet.purge.partition;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Times at which the latest first purges of commands were answered. The second purge may keep what nodes have fetched
 * since. Commands that this worker has not dispatched, or long ago, have no time. Thread-safe.
 */
public final class AppliedTimes {

    /** Bounds the memory: about 2 MB. */
    private static final int MAX_COMMANDS = 20_000;

    private final Map<Long, Long> times = new LinkedHashMap<>();

    /** Notes that all nodes to which the command at this offset was sent now have answered. */
    public synchronized void noteApplied(long offset) {
        times.remove(offset); // to the end
        times.put(offset, System.nanoTime());
        if (times.size() > MAX_COMMANDS) {
            times.remove(times.keySet().iterator().next());
        }
    }

    /** Returns the time of {@link System#nanoTime} for the command at this offset; null if it is not known. */
    public synchronized @Nullable Long of(long offset) {
        return times.get(offset);
    }
}
