package io.freshet.purge.node;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.http.PipelinedHttpConnection;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Identity of a server that is not known yet. */
public final class NodeIdentity {

    private static final String UNKNOWN = "unknown";

    private NodeIdentity() {}

    /**
     * Asks a server for the id that its own configuration gives it.
     *
     * @return null if it does not say
     * @throws IOException if it does not answer
     */
    public static @Nullable String of(URI address, Driver driver, NodeProperties properties) throws IOException {
        Node node = new Node(UNKNOWN, address, driver);
        PurgeDriver requests = PurgeDriver.of(node);
        try (PipelinedHttpConnection connection = new NodeConnector(node, requests, properties).forProbes()) {
            return NodeConnector.answer(connection.send(requests.probe().encoded()))
                    .header(driver.identityHeader());
        }
    }
}
