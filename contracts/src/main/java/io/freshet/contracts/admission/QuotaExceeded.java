package io.freshet.contracts.admission;

import io.freshet.contracts.QuotaKind;
import java.time.Instant;

/** Why nothing was admitted: the request asks for more than the day has left. */
public record QuotaExceeded(QuotaKind quota, long limit, long used, long requested, Instant resetsAt) {

    /** Returns the remaining quota; never negative, although the use may exceed the limit. */
    public long remaining() {
        return Math.max(0, limit - used);
    }
}
