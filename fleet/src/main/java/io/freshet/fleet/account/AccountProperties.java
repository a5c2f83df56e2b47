package io.freshet.fleet.account;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** One entry of {@code freshet.accounts} as the user writes it. */
public record AccountProperties(
        @DefaultValue("") String id,
        @DefaultValue("false") boolean operator,
        @DefaultValue List<TokenProperties> tokenHashes,
        @DefaultValue List<AccessKeyProperties> accessKeys,
        @DefaultValue List<String> domains,
        @DefaultValue QuotaProperties quotas,
        @DefaultValue("3000") int requestsPerMinute,
        @DefaultValue List<PushVariantProperties> pushVariants) {

    /**
     * A token: its hash alone, or with limits.
     *
     * @param name null for the begin of the hash
     * @param expires ISO 8601 date and time; null for never
     * @param scopes null for all
     * @param domains null for all of the account's
     */
    record TokenProperties(
            @DefaultValue("") String hash,
            @Nullable String name,
            @Nullable String expires,
            @Nullable List<String> scopes,
            @Nullable List<String> domains) {

        /** Reads an entry that is the hash alone. Spring Boot's binder calls it. */
        public static TokenProperties of(String hash) {
            return new TokenProperties(hash, null, null, null, null);
        }
    }

    /** Values of request headers that pushes of a domain are fetched with. */
    record PushVariantProperties(
            @DefaultValue("") String domain, @DefaultValue Map<String, List<String>> headers) {}

    record AccessKeyProperties(
            @DefaultValue("") String id,
            @DefaultValue("") String secret,
            @DefaultValue("") String secretFile) {

        @Override
        public String toString() {
            return id;
        }
    }

    record QuotaProperties(
            @DefaultValue("2000") int url,
            @DefaultValue("100") int directory,
            @DefaultValue("20") int regex,
            @DefaultValue("20") int host,
            @DefaultValue("10000") int tag,
            @DefaultValue("5") int everything,
            @DefaultValue("500") int push) {}
}
