package io.freshet.benchmark.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Things that are done at the same time, on a thread each. */
public final class ConcurrentTasks implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> begun = new ArrayList<>();

    /** Begins with something more. */
    public void start(ThrowingTask task) {
        Callable<Boolean> callable = () -> {
            task.run();
            return true;
        };
        begun.add(threads.submit(callable));
    }

    /**
     * Waits for all of it.
     *
     * @throws ExecutionException with what went wrong, if anything did
     */
    @Override
    public void close() throws ExecutionException, InterruptedException {
        threads.shutdown();
        for (Future<?> each : begun) {
            each.get();
        }
    }

    /** Something to do that may go wrong. */
    @FunctionalInterface
    public interface ThrowingTask {
        void run() throws Exception;
    }
}
