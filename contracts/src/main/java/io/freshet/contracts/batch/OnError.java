package io.freshet.contracts.batch;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Treatment of a batch with lines that cannot be accepted. */
public enum OnError {
    /** These lines are reported, and all others are done. Tasks begin while the upload goes on. */
    @JsonProperty("skip")
    SKIP,
    /** The batch is refused as a whole. Tasks begin once the last line has been checked. */
    @JsonProperty("refuse")
    REFUSE
}
