package io.freshet.fleet.account;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** One entry of {@code freshet.accounts} as the user writes it. */
public record AccountProperties(
        @DefaultValue("") String id,
        @DefaultValue("false") boolean operator,
        @DefaultValue List<String> tokenHashes,
        @DefaultValue List<AccessKeyProperties> accessKeys,
        @DefaultValue List<String> domains,
        @DefaultValue QuotaProperties quotas,
        @DefaultValue("3000") int requestsPerMinute,
        @DefaultValue List<PushVariantProperties> pushVariants) {

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
