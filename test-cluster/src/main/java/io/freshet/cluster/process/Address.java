package io.freshet.cluster.process;

import java.net.URI;

/**
 * Address of a part.
 *
 * @param inside {@code host:port} as the other parts reach it
 * @param outside {@code host:port} as this JVM reaches it
 */
public record Address(String inside, String outside) {

    public URI fromParts() {
        return URI.create("http://" + inside);
    }

    public URI fromHere() {
        return URI.create("http://" + outside);
    }

    String outsidePort() {
        return outside.substring(outside.lastIndexOf(':') + 1);
    }

    String insideHost() {
        return inside.substring(0, inside.lastIndexOf(':'));
    }

    public String insidePort() {
        return inside.substring(inside.lastIndexOf(':') + 1);
    }
}
