package io.freshet.contracts.batch;

import com.fasterxml.jackson.annotation.JsonProperty;

/** State of the upload of a batch. All but {@link #RECEIVING} are final, but a repeated upload may resume one. */
public enum UploadState {
    /** Lines are arriving. */
    @JsonProperty("receiving")
    RECEIVING,
    /** All lines have arrived, and what could be accepted has been accepted. */
    @JsonProperty("received")
    RECEIVED,
    /** All lines have arrived, and none was accepted. */
    @JsonProperty("refused")
    REFUSED,
    /** The upload ended before its last line. With {@link OnError#SKIP} tasks of earlier lines exist. */
    @JsonProperty("interrupted")
    INTERRUPTED,
    /** The account has cancelled the batch; no further line is accepted. */
    @JsonProperty("cancelled")
    CANCELLED;

    /** Returns whether the upload has ended without its lines being accepted. */
    public boolean isFailure() {
        return this == REFUSED || this == INTERRUPTED || this == CANCELLED;
    }
}
