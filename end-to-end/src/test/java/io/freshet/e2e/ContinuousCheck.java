package io.freshet.e2e;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/** Looks again and again until it is closed. What it sees that must not be ends it, and is thrown when it is closed. */
final class ContinuousCheck implements AutoCloseable {

    private final CompletableFuture<Void> end;
    private volatile boolean closed;

    private ContinuousCheck(Runnable look) {
        end = CompletableFuture.runAsync(
                () -> {
                    while (!closed) {
                        look.run();
                    }
                },
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory()));
    }

    static ContinuousCheck that(Runnable look) {
        return new ContinuousCheck(look);
    }

    @Override
    public void close() {
        closed = true;
        try {
            end.join();
        } catch (CompletionException e) {
            throw new AssertionError("seen meanwhile", e.getCause());
        }
    }
}
