package io.freshet.contracts.batch;

import io.freshet.contracts.admission.QuotaExceeded;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link BatchEnd}.
 *
 * @param batch as it is now; its upload may have ended otherwise before
 * @param quota why the batch was refused as a whole; null otherwise
 * @param isConflict whether an earlier upload with the same idempotency key had other lines
 */
public record EndedBatch(BatchView batch, @Nullable QuotaExceeded quota, boolean isConflict) {}
