package io.freshet.gateway.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.netty.resources.ConnectionProvider;

/** Connection pools of task-service, one for each purpose, so that none waits for connections of another. */
final class TaskServiceConnections implements AutoCloseable {

    /**
     * Less than Tomcat's idle timeout of 20 seconds, so that no request is sent on a connection that is being closed.
     */
    private static final Duration MAX_IDLE = Duration.ofSeconds(10);

    private final List<ConnectionProvider> pools = new CopyOnWriteArrayList<>();

    ConnectionProvider pool(String purpose, int maxConnections) {
        ConnectionProvider pool = ConnectionProvider.builder("task-service-" + purpose)
                .maxConnections(maxConnections)
                .pendingAcquireMaxCount(2_000)
                .maxIdleTime(MAX_IDLE)
                .build();
        pools.add(pool);
        return pool;
    }

    @Override
    public void close() {
        pools.forEach(ConnectionProvider::dispose);
    }
}
