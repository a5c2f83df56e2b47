package io.freshet.quickstart;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Started components, stopped in reverse order. A stop during a start waits until the component has started.
 */
final class StartedComponents implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StartedComponents.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private boolean closed;

    synchronized <P extends AutoCloseable> P start(Supplier<P> part) {
        if (closed) {
            throw new IllegalStateException("stopped while starting");
        }
        P started = part.get();
        parts.push(started);
        return started;
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!parts.isEmpty()) {
            close(parts.pop());
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            log.warn("{} did not stop cleanly", part, e);
        }
    }
}
