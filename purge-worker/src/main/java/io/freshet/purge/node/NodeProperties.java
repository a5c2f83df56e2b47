package io.freshet.purge.node;

import java.time.Duration;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Connections and probes of a worker to each node.
 *
 * @param maxConnections connections to one node at most, not counting stalled ones; fewer in a fleet of hundreds of
 *     nodes. At least 1
 * @param maxPipelinedRequests outstanding requests on a connection at most; at least 1
 * @param stallTimeout time after which an outstanding request stalls its connection, so that later requests are sent on
 *     another; more than 0
 * @param maxStalledConnections stalled connections to one node at most, each waiting for one answer, a quarter of them
 *     for one account; 0 or more
 * @param connectTimeout limit for opening a connection; more than 0
 * @param answerTimeout limit for the answer to a purge; more than stall-timeout, and more than the origin's slowest
 *     answer, for which Varnish's safe purge waits
 * @param probeInterval time between two probes; more than 0
 * @param probeTimeout limit for the answer to a probe; more than 0
 * @param probeFailures failed probes in a row after which a node is unreachable; at least 1
 * @param slowTimeout time after which a failing purge of a healthy node is postponed; also the time that purges may
 *     wait for a connection before the node is lagging, if it answers none of them or another node of its tier is idle;
 *     more than stall-timeout
 * @param maxBansPerMinute bans to one node within a minute; others wait and are joined. At least 1
 */
@ConfigurationProperties("freshet.nodes")
public record NodeProperties(
        @DefaultValue("8") int maxConnections,
        @DefaultValue("64") int maxPipelinedRequests,
        @DefaultValue("250ms") Duration stallTimeout,
        @DefaultValue("32") int maxStalledConnections,
        @DefaultValue("1s") Duration connectTimeout,
        @DefaultValue("60s") Duration answerTimeout,
        @DefaultValue("1s") Duration probeInterval,
        @DefaultValue("1s") Duration probeTimeout,
        @DefaultValue("2") int probeFailures,
        @DefaultValue("10s") Duration slowTimeout,
        @DefaultValue("600") int maxBansPerMinute) {

    /** Fewer outstanding purges do not make another connection faster, which costs memory and system calls. */
    private static final int PURGES_PER_CONNECTION = 25;

    /** While a slow object stalls one connection, others use the next. */
    private static final int FEWEST_CONNECTIONS = 2;

    public NodeProperties {
        if (maxConnections < 1
                || maxPipelinedRequests < 1
                || maxStalledConnections < 0
                || probeFailures < 1
                || maxBansPerMinute < 1) {
            throw new IllegalArgumentException("freshet.nodes: max-connections, max-pipelined-requests,"
                    + " probe-failures and max-bans-per-minute must be at least 1, max-stalled-connections at least 0");
        }
        if (!Stream.of(stallTimeout, connectTimeout, answerTimeout, probeInterval, probeTimeout, slowTimeout)
                .allMatch(Duration::isPositive)) {
            throw new IllegalArgumentException("freshet.nodes: stall-timeout, connect-timeout, answer-timeout,"
                    + " probe-interval, probe-timeout and slow-timeout must be more than 0");
        }
        if (answerTimeout.compareTo(stallTimeout) <= 0 || slowTimeout.compareTo(stallTimeout) <= 0) {
            throw new IllegalArgumentException(
                    "freshet.nodes: answer-timeout (" + answerTimeout + ") and slow-timeout (" + slowTimeout
                            + ") must be longer than stall-timeout (" + stallTimeout + ")");
        }
    }

    /**
     * Returns the settings for a fleet of this size: with so many nodes that each has its part of few purges in flight,
     * a node has fewer connections, at least two.
     *
     * @param purgesInFlight of all nodes together
     */
    public NodeProperties forFleetOf(int nodes, int purgesInFlight) {
        int worthwhile = purgesInFlight / Math.max(1, nodes) / PURGES_PER_CONNECTION;
        int connections = Math.min(maxConnections, Math.max(FEWEST_CONNECTIONS, worthwhile));
        return new NodeProperties(
                connections,
                maxPipelinedRequests,
                stallTimeout,
                maxStalledConnections,
                connectTimeout,
                answerTimeout,
                probeInterval,
                probeTimeout,
                probeFailures,
                slowTimeout,
                maxBansPerMinute);
    }
}
