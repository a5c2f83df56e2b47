package io.freshet.contracts.inspection;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a node's cache holds a URL. */
public enum CopyState {
    @JsonProperty("present")
    PRESENT,
    @JsonProperty("absent")
    ABSENT,
    /** The node has not told. */
    @JsonProperty("unknown")
    UNKNOWN
}
