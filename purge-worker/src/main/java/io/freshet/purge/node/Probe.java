package io.freshet.purge.node;

import io.freshet.fleet.Node;
import io.freshet.purge.driver.Outcome;
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
final class Probe {

    private final Node node;
    private final PurgeDriver driver;
    private final PurgeRequest request;
    private final NodeConnection connection;
    private final int tolerated;
    private final Clock clock;
    private int failures;

    Probe(Node node, PurgeDriver driver, NodeSettings settings, Clock clock) {
        this.node = node;
        this.driver = driver;
        this.request = driver.probe();
        this.connection = new NodeConnection(node, settings.probeTimeout(), settings.probeTimeout());
        this.tolerated = settings.probeFailures() - 1;
        this.clock = clock;
    }

    /** Whether a failure was seen that has not been confirmed or refuted yet: look again soon. */
    boolean isUndecided() {
        return failures > 0 && failures <= tolerated;
    }

    /** Asks the node, and says how it stands after having stood so. */
    Standing look(Standing before) {
        try {
            return switch (driver.outcome(ask())) {
                case Outcome.Gone _ -> {
                    failures = 0;
                    yield before.isUsable() ? before : new Standing.Usable(clock.instant());
                }
                case Outcome.Refused refused -> {
                    failures = 0;
                    yield before instanceof Standing.Refusing same
                                    && same.answer().equals(refused.answer())
                            ? before
                            : new Standing.Refusing(since(before), refused.answer());
                }
                case Outcome.Busy busy -> failed(before, node.address() + " " + busy.answer());
            };
        } catch (IOException e) {
            String message = e.getMessage();
            return failed(
                    before,
                    node.address() + ": " + (message == null ? e.getClass().getSimpleName() : message));
        }
    }

    private Standing failed(Standing before, String cause) {
        failures++;
        return failures <= tolerated ? before : new Standing.Unreachable(since(before), cause);
    }

    private PurgeAnswer ask() throws IOException {
        try (connection) {
            return connection.exchange(request);
        }
    }

    private Instant since(Standing before) {
        return before.isUsable() ? clock.instant() : before.since();
    }

    /** Ends a look that another thread is at. */
    void close() {
        connection.close();
    }
}
