package io.freshet.push.task;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** A running push: one worker per node, tier after tier, and a reporter of its progress. */
final class PushTask {

    private final ExecutorService threads;
    private final List<List<NodeWorker>> stages;
    private final PushProgress progress;
    private final ProgressReporter reporter;
    private final CancellableWaits waits;

    /**
     * Creates a task.
     *
     * @param threads of the task, shut down at its end
     * @param stages workers that run at the same time; a stage begins when the former is done, also if objects failed
     */
    PushTask(
            ExecutorService threads,
            List<List<NodeWorker>> stages,
            PushProgress progress,
            ProgressReporter reporter,
            CancellableWaits waits) {
        this.threads = threads;
        this.stages = stages;
        this.progress = progress;
        this.reporter = reporter;
        this.waits = waits;
    }

    /** Starts the task; completes when the outcome of each object has been published. */
    CompletableFuture<Void> start() {
        CompletableFuture<Void> work = CompletableFuture.completedFuture(null);
        for (List<NodeWorker> stage : stages) {
            work = work.thenCompose(_ -> run(stage));
        }
        CompletableFuture<Void> all = work;
        return CompletableFuture.runAsync(() -> reporter.reportUntilDone(all), threads)
                .whenComplete((_, _) -> threads.shutdown());
    }

    private CompletableFuture<Void> run(List<NodeWorker> stage) {
        return CompletableFuture.allOf(stage.stream()
                .map(worker -> CompletableFuture.runAsync(worker, threads))
                .toArray(CompletableFuture[]::new));
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
