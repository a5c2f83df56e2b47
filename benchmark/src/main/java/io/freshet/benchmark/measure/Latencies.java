package io.freshet.benchmark.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Durations of repeated operations; thread-safe. */
public final class Latencies {

    private final List<Long> nanos = Collections.synchronizedList(new ArrayList<>());

    /** @param duration in nanoseconds */
    public void add(long duration) {
        nanos.add(duration);
    }

    /** Adds all of the others. */
    public void addAll(Latencies others) {
        synchronized (others.nanos) {
            nanos.addAll(others.nanos);
        }
    }

    public int count() {
        return nanos.size();
    }

    /**
     * The value in milliseconds that this part of all is not above.
     *
     * @param quantile from 0 to 1
     * @throws IllegalStateException if nothing was measured
     */
    public double millis(double quantile) {
        List<Long> sorted;
        synchronized (nanos) {
            sorted = nanos.stream().sorted().toList();
        }
        if (sorted.isEmpty()) {
            throw new IllegalStateException("nothing was measured");
        }
        int index = (int) Math.ceil(quantile * sorted.size()) - 1;
        return sorted.get(Math.clamp(index, 0, sorted.size() - 1)) / 1e6;
    }

    public double median() {
        return millis(0.5);
    }
}
