package io.freshet.fleet.account;

import io.freshet.contracts.QuotaKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Account: a client of the API with its rights.
 *
 * @param operator whether it also sees and steers nodes
 * @param tokenHashes {@code sha256:} and the SHA-256 of each token in hex
 * @param requestsPerMinute how many requests that make tasks it may make
 * @param pushVariants values of request headers that pushes are fetched with, by header and by the name of the domain
 */
public record Account(
        String id,
        boolean operator,
        List<String> tokenHashes,
        List<Domain> domains,
        Quotas quotas,
        int requestsPerMinute,
        Map<String, Map<String, List<String>>> pushVariants) {

    public Account {
        tokenHashes = List.copyOf(tokenHashes);
        domains = List.copyOf(domains);
        pushVariants = Map.copyOf(pushVariants);
    }

    /** An account whose domains declare no variants. */
    public Account(
            String id,
            boolean operator,
            List<String> tokenHashes,
            List<Domain> domains,
            Quotas quotas,
            int requestsPerMinute) {
        this(id, operator, tokenHashes, domains, quotas, requestsPerMinute, Map.of());
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
            case EVERYTHING -> (int) Math.min(Integer.MAX_VALUE, (long) quotas.everything() * domains.size());
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
