package io.freshet.gateway.batch;

import io.freshet.contracts.batch.BatchView;
import io.freshet.contracts.batch.OpenedBatch;
import io.freshet.contracts.batch.UploadState;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.util.Locale;
import java.util.Map;

/** Problems of uploads. They name the batch, so that its bad lines can be read. */
final class BatchProblems {

    private BatchProblems() {}

    /** Returns the problem of an upload whose key was used with other lines. */
    static ProblemException otherLines(OpenedBatch batch) {
        return ProblemException.of(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "The key was used with other lines. Nothing more was accepted.")
                .with(Map.of("batchId", batch.batchId()));
    }

    /** Returns the problem of an upload that was ended by another request. */
    static ProblemException ended(OpenedBatch batch, UploadState upload) {
        return ProblemException.of(
                        ProblemType.UPLOAD_ENDED,
                        "The upload is " + upload.name().toLowerCase(Locale.ROOT) + "; no more lines are accepted.")
                .with(Map.of("batchId", batch.batchId()));
    }

    /** Returns the problem of a batch of which nothing was accepted. */
    static ProblemException refused(BatchView batch, LineCounts counts) {
        int bad = counts.bad();
        String detail = bad == 0
                ? "The body has no line with an object."
                : "Nothing was accepted: " + bad + " of " + counts.lines() + " lines are invalid. errors has the first "
                        + counts.violations().size() + "; see also /v1/batches/" + batch.batchId() + "/errors";
        return ProblemException.invalid(counts.violations(), detail)
                .with(Map.of("batchId", batch.batchId(), "badLineCount", bad));
    }
}
