package io.freshet.push.task;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** A running push: one worker per node, and a reporter of its progress. */
final class PushTask {

    private final ExecutorService threads;
    private final List<NodeWorker> workers;
    private final PushProgress progress;
    private final ProgressReporter reporter;
    private final CancellableWaits waits;

    /**
     * Creates a task.
     *
     * @param threads of the task, shut down at its end
     */
    PushTask(
            ExecutorService threads,
            List<NodeWorker> workers,
            PushProgress progress,
            ProgressReporter reporter,
            CancellableWaits waits) {
        this.threads = threads;
        this.workers = workers;
        this.progress = progress;
        this.reporter = reporter;
        this.waits = waits;
    }

    /** Starts the task; completes when the outcome of each object has been published. */
    CompletableFuture<Void> start() {
        CompletableFuture<Void> work = CompletableFuture.allOf(workers.stream()
                .map(worker -> CompletableFuture.runAsync(worker, threads))
                .toArray(CompletableFuture[]::new));
        return CompletableFuture.runAsync(() -> reporter.reportUntilDone(work), threads)
                .whenComplete((_, _) -> threads.shutdown());
    }

    /** Sends no more. The task ends when the requests in flight have ended, and their outcome has been published. */
    void cancel() {
        waits.cancel();
        progress.cancel();
    }

    /** Interrupts all threads and closes their connections. Unpublished progress is lost. */
    void abandon() {
        threads.shutdownNow();
    }
}
