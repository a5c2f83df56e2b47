package io.freshet.fleet.account;

import io.freshet.contracts.QuotaKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Account: a client of the API with its rights. That of a request has only the rights of the request's token.
 *
 * @param operator whether it also sees and steers nodes
 * @param domains domains whose content it may refresh and push
 * @param pushVariants values of request headers that pushes are fetched with, by header and by the name of the domain
 * @param scopes kinds of requests that it may make
 * @param excludedDomains the account's domains that the token of the request does not allow
 */
public record Account(
        String id,
        boolean operator,
        List<AccountToken> tokens,
        List<Domain> domains,
        Quotas quotas,
        int requestsPerMinute,
        Map<String, Map<String, List<String>>> pushVariants,
        Set<TokenScope> scopes,
        List<Domain> excludedDomains) {

    public Account {
        tokens = List.copyOf(tokens);
        domains = List.copyOf(domains);
        pushVariants = Map.copyOf(pushVariants);
        scopes = Set.copyOf(scopes);
        excludedDomains = List.copyOf(excludedDomains);
    }

    /** Creates an account with all rights. */
    public Account(
            String id,
            boolean operator,
            List<AccountToken> tokens,
            List<Domain> domains,
            Quotas quotas,
            int requestsPerMinute,
            Map<String, Map<String, List<String>>> pushVariants) {
        this(id, operator, tokens, domains, quotas, requestsPerMinute, pushVariants, TokenScope.all(), List.of());
    }

    /** Creates an account with all rights, whose domains declare no variants. */
    public Account(
            String id,
            boolean operator,
            List<AccountToken> tokens,
            List<Domain> domains,
            Quotas quotas,
            int requestsPerMinute) {
        this(id, operator, tokens, domains, quotas, requestsPerMinute, Map.of());
    }

    /** Returns the account with those of its scopes that are among these. */
    public Account withScopes(Set<TokenScope> allowed) {
        return new Account(
                id,
                operator,
                tokens,
                domains,
                quotas,
                requestsPerMinute,
                pushVariants,
                scopes.stream().filter(allowed::contains).collect(Collectors.toSet()),
                excludedDomains);
    }

    /**
     * Returns the account with those of its domains that are among these, or of which one of these covers all hosts:
     * who may refresh {@code *.example.com} as a whole may refresh {@code www.example.com}, too.
     */
    public Account limitedTo(Set<Domain> allowed) {
        Map<Boolean, List<Domain>> parts = domains.stream()
                .collect(Collectors.partitioningBy(domain -> allowed.stream().anyMatch(each -> each.includes(domain))));
        return new Account(
                id,
                operator,
                tokens,
                parts.getOrDefault(true, List.of()),
                quotas,
                requestsPerMinute,
                pushVariants,
                scopes,
                Stream.concat(excludedDomains.stream(), parts.getOrDefault(false, List.of()).stream())
                        .toList());
    }

    /** Returns whether the account is limited to some of its domains. */
    public boolean isLimitedToDomains() {
        return !excludedDomains.isEmpty();
    }

    /** Returns whether an authority is of one of the account's domains that the token does not allow. */
    public boolean isExcluded(String authority) {
        return Domain.covering(excludedDomains, authority).isPresent()
                || excludedDomains.stream().anyMatch(each -> each.name().equals(authority));
    }

    /** Returns the values of request headers that pushes of a domain are fetched with. */
    public Map<String, List<String>> pushVariantsOf(String domain) {
        return pushVariants.getOrDefault(domain, Map.of());
    }

    /** Returns the limit of a daily quota, in objects: that of everything is per domain. */
    public int quota(QuotaKind kind) {
        return switch (kind) {
            case URL -> quotas.url();
            case DIRECTORY -> quotas.directory();
            case REGEX -> quotas.regex();
            case HOST -> quotas.host();
            case TAG -> quotas.tag();
            case EVERYTHING ->
                (int) Math.min(
                        Integer.MAX_VALUE, (long) quotas.everything() * (domains.size() + excludedDomains.size()));
            case PUSH -> quotas.push();
        };
    }

    /**
     * Returns the domain of this account that covers an authority: the exact name before {@code *.name}, the longer of
     * two wildcards.
     *
     * @param authority canonical: the host in lower case, with {@code :port} if it is not the scheme's own
     */
    public Optional<Domain> domainOf(String authority) {
        return Domain.covering(domains, authority);
    }

    /**
     * Returns the domain of this account that covers a domain: a host as {@link #domainOf} does, {@code *.name} only if
     * it is one of the account's domains itself.
     */
    public Optional<Domain> domainCovering(String domain) {
        return domain.startsWith("*.")
                ? domains.stream().filter(each -> each.name().equals(domain)).findFirst()
                : domainOf(domain);
    }

    @Override
    public String toString() {
        return id;
    }
}
