package io.freshet.contracts.task;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The status of a task or an object; only catch-up may turn {@code failed} into {@code complete}. */
public enum TaskStatus {
    /** Accepted. */
    @JsonProperty("pending")
    PENDING,
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("complete")
    COMPLETE,
    @JsonProperty("failed")
    FAILED
}
