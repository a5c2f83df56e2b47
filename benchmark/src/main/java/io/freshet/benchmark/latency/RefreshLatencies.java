package io.freshet.benchmark.latency;

import io.freshet.benchmark.measure.Latencies;

/**
 * Durations of refreshes.
 *
 * @param accepted from the beginning of the request until its answer
 * @param applied from the beginning of the request until it is applied
 */
record RefreshLatencies(Latencies accepted, Latencies applied) {

    RefreshLatencies() {
        this(new Latencies(), new Latencies());
    }

    /** Adds all of the others. */
    void addAll(RefreshLatencies others) {
        accepted.addAll(others.accepted);
        applied.addAll(others.applied);
    }
}
