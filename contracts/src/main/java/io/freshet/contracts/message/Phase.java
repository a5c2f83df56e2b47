package io.freshet.contracts.message;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Phase of an object. */
public enum Phase {
    /** No node has been sent it. */
    @JsonProperty("pending")
    PENDING,
    /** Some nodes have not received it. */
    @JsonProperty("running")
    RUNNING,
    /** Every node has answered; a second, delayed purge is still to come. */
    @JsonProperty("applied")
    APPLIED,
    /** Every node has answered, the second purge too where one is needed. */
    @JsonProperty("settled")
    SETTLED,
    /** The missing nodes refused it or timed out. Only catch-up can still complete it. */
    @JsonProperty("failed")
    FAILED
}
