package io.freshet.contracts.admission;

import io.freshet.contracts.QuotaKind;
import java.time.Instant;

/**
 * Remaining quota of a day.
 *
 * @param remaining never negative
 */
public record QuotaLeft(QuotaKind quota, long limit, long remaining, Instant resetsAt) {}
