package io.freshet.contracts.message;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How far an object of a task is. */
public enum Phase {
    /** Some nodes are still missing. */
    @JsonProperty("running")
    RUNNING,
    /** Every node has answered; a second, delayed purge is still to come. */
    @JsonProperty("applied")
    APPLIED,
    /** Every node has answered, the second purge too where one is needed. */
    @JsonProperty("settled")
    SETTLED,
    /** The missing nodes will not be reached as things are; only catch-up may still complete the object. */
    @JsonProperty("failed")
    FAILED
}
