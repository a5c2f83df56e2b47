package io.freshet.benchmark.measure;

import org.jspecify.annotations.Nullable;

/**
 * Resources that a process used during a measurement.
 *
 * @param during what was measured
 * @param process its name, such as {@code purge-worker-1}
 * @param seconds how long that took
 * @param cpuSeconds of it and of what it has started
 * @param residentMegabytes the most that was seen; 0 where the system does not tell
 * @param heapMegabytes of a JVM, the most that a collection left over; null if it is none
 */
public record ResourceUsage(
        String during,
        String process,
        double seconds,
        double cpuSeconds,
        double residentMegabytes,
        @Nullable Double heapMegabytes) {}
