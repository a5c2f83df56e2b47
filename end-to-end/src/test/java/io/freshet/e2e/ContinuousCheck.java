package io.freshet.e2e;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/** Check that is repeated until it is closed, and runs at least once. If it throws anything, {@link #close} fails. */
final class ContinuousCheck implements AutoCloseable {

    private final CompletableFuture<Void> end;
    private volatile boolean closed;

    private ContinuousCheck(Runnable check) {
        end = CompletableFuture.runAsync(
                () -> {
                    do {
                        check.run();
                    } while (!closed);
                },
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory()));
    }

    static ContinuousCheck that(Runnable check) {
        return new ContinuousCheck(check);
    }

    @Override
    public void close() {
        closed = true;
        try {
            end.join();
        } catch (CompletionException e) {
            throw new AssertionError("a check beside the test failed", e.getCause());
        }
    }
}
