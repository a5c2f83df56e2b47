package io.freshet.push.task;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** A running push: one worker per node, with a thread for each request in flight, and a reporter of its progress. */
final class PushTask {

    private final ExecutorService threads;
    private final List<NodeWorker> workers;
    private final int threadsPerNode;
    private final ProgressReporter reporter;

    /**
     * Creates a task.
     *
     * @param threads of the task, shut down at its end
     * @param threadsPerNode largest number of requests in flight to a node
     */
    PushTask(ExecutorService threads, List<NodeWorker> workers, int threadsPerNode, ProgressReporter reporter) {
        this.threads = threads;
        this.workers = workers;
        this.threadsPerNode = threadsPerNode;
        this.reporter = reporter;
    }

    /** Starts the task; completes when the outcome of each object has been published. */
    CompletableFuture<Void> start() {
        CompletableFuture<Void> work = CompletableFuture.allOf(workers.stream()
                .flatMap(worker -> Collections.nCopies(Math.min(worker.size(), threadsPerNode), worker).stream())
                .map(worker -> CompletableFuture.runAsync(worker, threads))
                .toArray(CompletableFuture[]::new));
        return CompletableFuture.runAsync(() -> reporter.reportUntilDone(work), threads)
                .whenComplete((_, _) -> threads.shutdown());
    }

    /** Interrupts all threads and closes their connections. Unpublished progress is lost. */
    void abandon() {
        threads.shutdownNow();
    }
}
