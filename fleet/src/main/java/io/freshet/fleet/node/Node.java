package io.freshet.fleet.node;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One cache server.
 *
 * @param id unique in the fleet; lower-case letters, digits, dots, dashes and underscores
 * @param address {@code http://host:port} or {@code https://host:port}, always with the port; what workers connect to
 * @param region name of the region that it serves; null for none
 */
public record Node(
        String id, URI address, Driver driver, @Nullable String region) {

    /** A node without a region. */
    public Node(String id, URI address, Driver driver) {
        this(id, address, driver, null);
    }

    public boolean tls() {
        return "https".equals(address.getScheme());
    }
}
