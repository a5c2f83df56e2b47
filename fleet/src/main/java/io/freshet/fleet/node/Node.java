package io.freshet.fleet.node;

import java.net.URI;

/**
 * One cache server.
 *
 * @param id unique in the fleet; lower-case letters, digits, dots, dashes and underscores
 * @param address {@code http://host:port} or {@code https://host:port}, always with the port; what workers connect to
 */
public record Node(String id, URI address, Driver driver) {

    public boolean tls() {
        return "https".equals(address.getScheme());
    }
}
