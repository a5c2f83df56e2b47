package io.freshet.purge.node;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the worker treats every node.
 *
 * @param connections at most so many to one node that are not stalled
 * @param pipelined requests at most that are sent on a connection before their answers are there
 * @param stallAfter an answer that takes longer stalls its connection: what stands behind it goes to another
 * @param stalledConnections at most so many to one node beside the others; each waits for one answer
 * @param connectTimeout for a new connection
 * @param answerTimeout for the answer to a purge: longer than the origin's slowest answer, for which Varnish's safe purge waits
 * @param probeInterval between two probes
 * @param probeTimeout for a probe's answer
 * @param probeFailures so many in a row make a node late
 * @param slowAfter a node is late when purges have been waiting this long for a connection to it, and it answers none, or others of its tier
 *     have nothing to do
 */
@ConfigurationProperties("freshet.nodes")
public record NodeProperties(
        @DefaultValue("8") int connections,
        @DefaultValue("64") int pipelined,
        @DefaultValue("250ms") Duration stallAfter,
        @DefaultValue("32") int stalledConnections,
        @DefaultValue("1s") Duration connectTimeout,
        @DefaultValue("60s") Duration answerTimeout,
        @DefaultValue("1s") Duration probeInterval,
        @DefaultValue("1s") Duration probeTimeout,
        @DefaultValue("2") int probeFailures,
        @DefaultValue("10s") Duration slowAfter) {

    public NodeProperties {
        if (connections < 1 || pipelined < 1 || stalledConnections < 0 || probeFailures < 1) {
            throw new IllegalArgumentException(
                    "freshet.nodes: connections, pipelined and probe-failures are at least 1, stalled-connections at least 0");
        }
    }
}
