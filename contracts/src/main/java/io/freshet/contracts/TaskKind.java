package io.freshet.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Kind of a task. */
public enum TaskKind {
    /** Makes content expire on every node. */
    @JsonProperty("refresh")
    REFRESH,
    /** Fetches content from the origin into nodes before anyone asks. */
    @JsonProperty("push")
    PUSH
}
