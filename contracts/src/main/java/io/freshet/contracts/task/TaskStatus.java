package io.freshet.contracts.task;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The status of a task or an object. Only catch-up and retries may turn {@code failed} into {@code complete}. A task
 * that is complete but not settled fails if a look after its second purge finds an old copy. What was in flight when
 * its task was cancelled may still become {@code complete} or {@code failed}.
 */
public enum TaskStatus {
    /** Accepted. */
    @JsonProperty("pending")
    PENDING,
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("complete")
    COMPLETE,
    /** Cancelled before it finished: what had not been sent is not sent any more. */
    @JsonProperty("cancelled")
    CANCELLED,
    @JsonProperty("failed")
    FAILED
}
