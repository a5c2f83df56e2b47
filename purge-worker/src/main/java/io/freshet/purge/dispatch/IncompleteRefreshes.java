package io.freshet.purge.dispatch;

import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.partition.PartitionState;

/** Receiver of objects that a healthy node has not completed: they are sent again apart from all other refreshes. */
public interface IncompleteRefreshes {

    /**
     * Takes over some objects of a refresh for one node. Returns when Kafka has acknowledged them, so that the node's
     * position may pass the refresh.
     *
     * @param offset of the refresh on its partition
     */
    void takeOver(
            PartitionState partition, long offset, RefreshProgress refresh, NodeChannel node, IncompleteObjects objects)
            throws InterruptedException;
}
