package io.freshet.purge.node;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the worker treats every node.
 *
 * @param connections at most so many to one node; a purge that waits for a fetch in progress occupies one of them
 * @param connectTimeout for a new connection
 * @param answerTimeout for the answer to a purge: longer than the origin's slowest answer, for which Varnish's safe purge waits
 * @param probeInterval between two probes
 * @param probeTimeout for a probe's answer
 * @param probeFailures so many in a row make a node late
 * @param slowAfter a node is late when purges have been waiting this long for a connection to it
 */
@ConfigurationProperties("freshet.nodes")
public record NodeSettings(
        @DefaultValue("16") int connections,
        @DefaultValue("1s") Duration connectTimeout,
        @DefaultValue("60s") Duration answerTimeout,
        @DefaultValue("1s") Duration probeInterval,
        @DefaultValue("1s") Duration probeTimeout,
        @DefaultValue("2") int probeFailures,
        @DefaultValue("10s") Duration slowAfter) {

    public NodeSettings {
        if (connections < 1 || probeFailures < 1) {
            throw new IllegalArgumentException("freshet.nodes: connections and probe-failures are at least 1");
        }
    }
}
