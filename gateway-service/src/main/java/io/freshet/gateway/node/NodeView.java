package io.freshet.gateway.node;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.contracts.NodeState;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a node over all partitions.
 *
 * @param source what names the node: the configuration file, an operator's request or DNS
 * @param reachable null if no worker reports the node
 * @param since time of the last change of the state; of an unknown node, time of the report that was not repeated
 * @param why reason for which the node is lagging, from its probe or response, or for which it is unknown
 * @param lagRecords commands that it has not received, by the last report
 * @param lagSeconds age of the oldest of them; 0 if there is none
 * @param flushedAt time of the last complete flush
 * @param maintenance whether an operator holds the node, so that it is sent nothing until it is released
 * @param needsFlush whether missed commands are no longer in the topic, so that the node waits for a flush
 */
record NodeView(
        String id,
        String tier,
        URI address,
        NodeSource source,
        NodeState state,
        @Nullable Boolean reachable,
        @Nullable Instant since,
        @Nullable String why,
        long lagRecords,
        long lagSeconds,
        @Nullable Instant flushedAt,
        boolean maintenance,
        boolean needsFlush) {

    /** Source of a node. */
    enum NodeSource {
        @JsonProperty("file")
        FILE,
        @JsonProperty("api")
        API,
        @JsonProperty("dns")
        DNS
    }
}
