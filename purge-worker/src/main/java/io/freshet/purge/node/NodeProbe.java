package io.freshet.purge.node;

import io.freshet.fleet.node.Node;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.PurgeRequest;
import io.freshet.purge.http.PipelinedHttpConnection;
import io.freshet.purge.verify.PurgeVerifier;
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
    private final PurgeVerifier verifier;
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
            PurgeVerifier verifier,
            PipelinedHttpConnection connection,
            int maxFailures,
            NodeReachability reachability,
            Clock clock) {
        this.node = node;
        this.driver = driver;
        this.request = driver.probe();
        this.verifier = verifier;
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
        try (connection) {
            PurgeAnswer answer = send(request);
            reachability.answered(node.id());
            return switch (driver.outcome(answer)) {
                case PurgeOutcome.Gone _ -> {
                    String failure = verifier.failure(answer, before.isHealthy(), this::send);
                    yield failure == null ? healthy(before) : refusing(before, failure);
                }
                case PurgeOutcome.Refused refused -> refusing(before, refused.answer());
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

    private NodeHealth healthy(NodeHealth before) {
        failures = 0;
        return before.isHealthy() ? before : new NodeHealth.Healthy(clock.instant());
    }

    private NodeHealth refusing(NodeHealth before, String answer) {
        failures = 0;
        return before instanceof NodeHealth.Refusing same && same.answer().equals(answer)
                ? before
                : new NodeHealth.Refusing(since(before), answer);
    }

    private PurgeAnswer send(PurgeRequest next) throws IOException {
        return NodeConnector.answer(connection.send(next.encoded()));
    }

    private Instant since(NodeHealth before) {
        return before.isHealthy() ? clock.instant() : before.since();
    }

    /** Ends a running check, and lets every later one fail. Any thread may call it. */
    void abort() {
        connection.abort();
    }
}
