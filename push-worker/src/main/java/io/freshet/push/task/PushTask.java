package io.freshet.push.task;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** A running push: one worker per node, and a reporter of its progress. */
final class PushTask {

    private final ExecutorService threads;
    private final List<NodeWorker> workers;
    private final ProgressReporter reporter;

    /**
     * Creates a task.
     *
     * @param threads of the task, shut down at its end
     */
    PushTask(ExecutorService threads, List<NodeWorker> workers, ProgressReporter reporter) {
        this.threads = threads;
        this.workers = workers;
        this.reporter = reporter;
    }

    /** Starts the task; completes when the outcome of each object has been published. */
    CompletableFuture<Void> start() {
        CompletableFuture<Void> work = CompletableFuture.allOf(workers.stream()
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
