package io.freshet.contracts.batch;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.contracts.admission.QuotaExceeded;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link BatchChunk}.
 *
 * @param quota why the task was refused; null otherwise
 * @param upload state of the upload
 */
public record RecordedChunk(ChunkOutcome outcome, @Nullable QuotaExceeded quota, UploadState upload) {

    /** Result of recording the task. */
    public enum ChunkOutcome {
        /** It is recorded, now or before. */
        @JsonProperty("recorded")
        RECORDED,
        /** It needs more than the day's quota has left. */
        @JsonProperty("over_quota")
        OVER_QUOTA,
        /** An earlier upload with the same idempotency key had another chunk here, or none. */
        @JsonProperty("conflict")
        CONFLICT,
        /** The upload has ended meanwhile. */
        @JsonProperty("ended")
        ENDED
    }
}
