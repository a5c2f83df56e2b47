package io.freshet.gateway.query;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.fleet.account.Account;
import java.time.Instant;

/**
 * One of an account's daily quotas, in objects.
 *
 * @param limit of everything, that of one domain times the account's domains
 * @param used may exceed the limit after URLs were refreshed without admission
 */
public record Quota(QuotaKind quota, long limit, long used, long remaining, Instant resetsAt) {

    static Quota of(QuotaUse use, Account account) {
        long limit = account.quota(use.quota());
        return new Quota(use.quota(), limit, use.used(), Math.max(0, limit - use.used()), use.resetsAt());
    }
}
