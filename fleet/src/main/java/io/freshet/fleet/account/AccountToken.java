package io.freshet.fleet.account;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Token of an account, with its limits. The token itself is not known, only its hash.
 *
 * @param hash {@code sha256:} and the SHA-256 of the token in hex
 * @param name for log lines and the audit log; unique within the account
 * @param expires time from which the token is refused; null for never
 * @param scopes kinds of requests that it allows
 * @param domains the account's domains that it is limited to; null for all of them
 */
public record AccountToken(
        String hash,
        String name,
        @Nullable Instant expires,
        Set<TokenScope> scopes,
        @Nullable Set<Domain> domains) {

    public AccountToken {
        scopes = Set.copyOf(scopes);
        domains = domains == null ? null : Set.copyOf(domains);
    }

    /** Creates a token without limits, named by the begin of its hash. */
    public static AccountToken unlimited(String hash) {
        return new AccountToken(hash, nameOf(hash), null, TokenScope.all(), null);
    }

    /** Returns the name of a token that has none in the configuration. */
    static String nameOf(String hash) {
        return hash.substring(0, Math.min(hash.length(), Accounts.HASH_PREFIX.length() + 8));
    }

    /** Returns the account with what this token allows. */
    Account limit(Account account) {
        Account allowed = account.withScopes(scopes);
        return domains == null ? allowed : allowed.limitedTo(domains);
    }

    @Override
    public String toString() {
        return name;
    }
}
