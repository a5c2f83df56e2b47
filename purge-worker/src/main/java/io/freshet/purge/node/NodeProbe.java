package io.freshet.purge.node;

import io.freshet.fleet.node.Node;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.PurgeRequest;
import io.freshet.purge.http.PipelinedHttpConnection;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;

/**
 * Health check of one node. Only failed probes make a node unhealthy, not a slow answer or a lost connection. Each
 * probe opens a connection, since a server that accepts no more may keep existing ones. For one thread, except {@link
 * #abort}.
 */
final class NodeProbe {

    private final Node node;
    private final PurgeDriver driver;
    private final PurgeRequest request;
    private final PipelinedHttpConnection connection;
    private final int toleratedFailures;
    private final NodeReachability reachability;
    private final Clock clock;
    private int failures;
    private boolean unconfirmed;

    /**
     * @param connection for probes only
     * @param maxFailures failed probes in a row after which the node is unreachable
     */
    NodeProbe(
            Node node,
            PurgeDriver driver,
            PipelinedHttpConnection connection,
            int maxFailures,
            NodeReachability reachability,
            Clock clock) {
        this.node = node;
        this.driver = driver;
        this.request = driver.probe();
        this.connection = connection;
        this.toleratedFailures = maxFailures - 1;
        this.reachability = reachability;
        this.clock = clock;
    }

    /** Returns whether the last probe failed without a verdict, so that the next one should follow soon. */
    boolean isFailureUnconfirmed() {
        return unconfirmed;
    }

    /** Probes the node and returns its health, given the health before. */
    NodeHealth check(NodeHealth before) {
        unconfirmed = false;
        try {
            PurgeAnswer answer = probe();
            reachability.answered(node.id());
            return switch (driver.outcome(answer)) {
                case PurgeOutcome.Gone _ -> {
                    failures = 0;
                    yield before.isHealthy() ? before : new NodeHealth.Healthy(clock.instant());
                }
                case PurgeOutcome.Refused refused -> {
                    failures = 0;
                    yield before instanceof NodeHealth.Refusing same
                                    && same.answer().equals(refused.answer())
                            ? before
                            : new NodeHealth.Refusing(since(before), refused.answer());
                }
                case PurgeOutcome.Busy busy -> failed(before, node.address() + " " + busy.answer());
            };
        } catch (IOException e) {
            String message = e.getMessage();
            return failed(
                    before,
                    node.address() + ": " + (message == null ? e.getClass().getSimpleName() : message));
        }
    }

    private NodeHealth failed(NodeHealth before, String cause) {
        failures++;
        boolean isNodeAtFault = reachability.failed(node.id());
        if (failures > toleratedFailures && isNodeAtFault) {
            return new NodeHealth.Unreachable(since(before), cause);
        }
        unconfirmed = before.isHealthy();
        return before;
    }

    private PurgeAnswer probe() throws IOException {
        try (connection) {
            return NodeConnector.answer(connection.send(request.encoded()));
        }
    }

    private Instant since(NodeHealth before) {
        return before.isHealthy() ? clock.instant() : before.since();
    }

    /** Ends a running check, and lets every later one fail. Any thread may call it. */
    void abort() {
        connection.abort();
    }
}
