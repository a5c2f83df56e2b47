package io.freshet.contracts.admission;

import io.freshet.contracts.QuotaKind;
import java.time.Instant;

/**
 * What the day has left of a quota.
 *
 * @param remaining never negative
 */
public record QuotaLeft(QuotaKind quota, long limit, long remaining, Instant resetsAt) {}
