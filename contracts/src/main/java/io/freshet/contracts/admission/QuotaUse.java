package io.freshet.contracts.admission;

import io.freshet.contracts.QuotaKind;
import java.time.Instant;

/** {@code GET /quotas?account=} answers a list of these, one per kind: what today has used. */
public record QuotaUse(QuotaKind quota, long used, Instant resetsAt) {}
