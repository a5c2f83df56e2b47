package io.freshet.gateway.auth;

import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Domain;
import io.freshet.fleet.account.TokenScope;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;

/** Checks of what the token of a request allows its account. */
public final class TokenRights {

    private TokenRights() {}

    /**
     * Requires that the token has a scope.
     *
     * @throws ProblemException 403 if it has not
     */
    public static void require(Account account, TokenScope scope) {
        requireAny(account, List.of(scope));
    }

    /**
     * Requires that the token allows a domain.
     *
     * @param domain name of one of the account's domains
     * @throws ProblemException 403 if it does not
     */
    public static void requireDomain(Account account, String domain) {
        if (!allowsDomain(account, domain)) {
            throw ProblemException.of(
                    ProblemType.DOMAIN_NOT_ALLOWED,
                    "The token does not allow " + domain + ", only " + domainsOf(account) + '.');
        }
    }

    /** Returns whether the token allows a domain: one without a limit allows those that were the account's, too. */
    public static boolean allowsDomain(Account account, String domain) {
        return !account.isLimitedToDomains()
                || account.domains().stream().anyMatch(each -> each.name().equals(domain));
    }

    static void requireAny(Account account, Collection<TokenScope> scopes) {
        if (scopes.stream().noneMatch(account.scopes()::contains)) {
            String needed = scopes.stream().map(TokenScope::toString).sorted().collect(Collectors.joining(" or "));
            // A challenge names scopes that are needed together, so that of several alternatives it names the first.
            String challenge = scopes.iterator().next().toString();
            throw ProblemException.of(
                            ProblemType.INSUFFICIENT_SCOPE,
                            "The request needs a token with the scope " + needed + "; this one has " + scopesOf(account)
                                    + '.')
                    .header(
                            HttpHeaders.WWW_AUTHENTICATE,
                            "Bearer realm=\"freshet\", error=\"insufficient_scope\", scope=\"" + challenge + '"');
        }
    }

    static void requireAllDomains(Account account) {
        if (account.isLimitedToDomains()) {
            throw ProblemException.of(
                    ProblemType.DOMAIN_NOT_ALLOWED,
                    "The request concerns all domains, and the token is limited to " + domainsOf(account)
                            + ". Use a token without domains.");
        }
    }

    private static String scopesOf(Account account) {
        return account.scopes().isEmpty()
                ? "none"
                : account.scopes().stream().map(TokenScope::toString).sorted().collect(Collectors.joining(", "));
    }

    private static String domainsOf(Account account) {
        return account.domains().stream().map(Domain::name).collect(Collectors.joining(", "));
    }
}
