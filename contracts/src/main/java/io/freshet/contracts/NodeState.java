package io.freshet.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** State of a node with regard to the refreshes that were accepted for it. */
public enum NodeState {
    /** The node has received every refresh. */
    @JsonProperty("in_sync")
    IN_SYNC,
    /** The node has not received some refreshes yet, as far as the last report says. */
    @JsonProperty("lagging")
    LAGGING,
    /** No worker has reported the node, or not for three intervals, and it was not lagging then. */
    @JsonProperty("unknown")
    UNKNOWN
}
