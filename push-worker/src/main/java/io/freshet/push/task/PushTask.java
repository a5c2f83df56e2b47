package io.freshet.push.task;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** A push at work: a lane for each node, and a reporter. */
final class PushTask {

    private final ExecutorService threads;
    private final List<Lane> lanes;
    private final Reporter reporter;

    /**
     * @param threads the task's own, which end with it
     */
    PushTask(ExecutorService threads, List<Lane> lanes, Reporter reporter) {
        this.threads = threads;
        this.lanes = lanes;
        this.reporter = reporter;
    }

    /** Completes when the outcome of every object has been published. */
    CompletableFuture<Void> start() {
        CompletableFuture<Void> work = CompletableFuture.allOf(lanes.stream()
                .map(lane -> CompletableFuture.runAsync(lane, threads))
                .toArray(CompletableFuture[]::new));
        return CompletableFuture.runAsync(() -> reporter.tellUntilDone(work), threads)
                .whenComplete((_, _) -> threads.shutdown());
    }

    /** Ends everything now, closing its connections; what was not published never is. */
    void abandon() {
        threads.shutdownNow();
    }
}
