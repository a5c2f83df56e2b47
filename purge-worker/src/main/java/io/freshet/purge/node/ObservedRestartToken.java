package io.freshet.purge.node;

import java.time.Instant;

/**
 * Restart token of a node, and a time at which the node had it. The token is different after every start of the server.
 */
public record ObservedRestartToken(String value, Instant at) {}
