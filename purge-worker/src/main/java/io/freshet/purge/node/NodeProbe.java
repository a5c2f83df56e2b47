package io.freshet.purge.node;

import io.freshet.fleet.Node;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;

/**
 * Decides how a node stands: neither one slow answer nor a lost connection makes a node late, only probes that fail. Each probe opens a
 * connection of its own, since a server that accepts no more may keep the old ones. For one thread.
 */
final class NodeProbe {

    private final Node node;
    private final PurgeDriver driver;
    private final PurgeRequest request;
    private final PipelinedHttpConnection connection;
    private final int tolerated;
    private final NodeReachability reach;
    private final Clock clock;
    private int failures;
    private boolean undecided;

    NodeProbe(Node node, PurgeDriver driver, NodeProperties settings, NodeReachability reach, Clock clock) {
        this.reach = reach;
        this.node = node;
        this.driver = driver;
        this.request = driver.probe();
        this.connection = new PipelinedHttpConnection(
                node,
                driver.marker(),
                1,
                new ReadPacer(settings.probeTimeout()),
                settings.probeTimeout(),
                settings.probeTimeout(),
                settings.probeTimeout());
        this.tolerated = settings.probeFailures() - 1;
        this.clock = clock;
    }

    /** Whether a failure was seen that has not been confirmed or refuted yet: look again soon. */
    boolean isUndecided() {
        return undecided;
    }

    /** Asks the node, and says how it stands after having stood so. */
    NodeHealth look(NodeHealth before) {
        undecided = false;
        try {
            PurgeAnswer answer = ask();
            reach.answered(node.id());
            return switch (driver.outcome(answer)) {
                case PurgeOutcome.Gone _ -> {
                    failures = 0;
                    yield before.isUsable() ? before : new NodeHealth.Usable(clock.instant());
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
        boolean itsFault = reach.failed(node.id());
        if (failures > tolerated && itsFault) {
            return new NodeHealth.Unreachable(since(before), cause);
        }
        undecided = before.isUsable();
        return before;
    }

    private PurgeAnswer ask() throws IOException {
        try (connection) {
            return connection.ask(request);
        }
    }

    private Instant since(NodeHealth before) {
        return before.isUsable() ? clock.instant() : before.since();
    }

    /** Ends a look that another thread is at. */
    void close() {
        connection.shut();
    }
}
