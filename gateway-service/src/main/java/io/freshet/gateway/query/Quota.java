package io.freshet.gateway.query;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.fleet.account.Quotas;
import java.time.Instant;

/**
 * One of an account's daily quotas.
 *
 * @param used may exceed the limit after URLs were refreshed without admission
 */
public record Quota(QuotaKind quota, long limit, long used, long remaining, Instant resetsAt) {

    static Quota of(QuotaUse use, Quotas quotas) {
        long limit = switch (use.quota()) {
            case URL -> quotas.url();
            case DIRECTORY, TAG, EVERYTHING -> quotas.directory();
            case REGEX -> quotas.regex();
            case HOST -> quotas.host();
            case PUSH -> quotas.push();
        };
        return new Quota(use.quota(), limit, use.used(), Math.max(0, limit - use.used()), use.resetsAt());
    }
}
