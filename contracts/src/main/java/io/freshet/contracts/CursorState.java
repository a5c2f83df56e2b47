package io.freshet.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** State of a node when its cursor was committed. */
public enum CursorState {
    /** The node receives new commands. The offset may be behind because it is capped by a parent's. */
    @JsonProperty("in_sync")
    IN_SYNC,
    /** The node has not received the commands from the offset on. */
    @JsonProperty("lagging")
    LAGGING,
    /** The node needs a flush: commands that it has not received are no longer in the topic. */
    @JsonProperty("lost")
    LOST
}
