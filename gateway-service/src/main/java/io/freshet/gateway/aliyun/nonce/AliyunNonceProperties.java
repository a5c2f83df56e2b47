package io.freshet.gateway.aliyun.nonce;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the nonce store.
 *
 * @param store Store of used nonces: local, in the memory of each gateway; or shared, in Postgres behind task-service.
 * @param maxEntries Nonces in the memory of this gateway, about 100 bytes each; at least 1000. When it is full,
 *     requests are refused.
 * @param maxEntriesPerAccount Nonces of all access keys of one account; 1 to max-entries. At least 30 times the
 *     account's requests-per-minute, since a nonce is kept for up to half an hour, or the account cannot use its rate.
 */
@ConfigurationProperties("freshet.gateway.aliyun.nonces")
public record AliyunNonceProperties(
        @DefaultValue("local") NonceStoreType store,
        @DefaultValue("200000") int maxEntries,
        @DefaultValue("100000") int maxEntriesPerAccount) {

    public enum NonceStoreType {
        /** In the memory of each gateway. */
        LOCAL,
        /** In Postgres behind task-service, shared by all gateways. */
        SHARED
    }

    public AliyunNonceProperties {
        if (maxEntries < 1_000) {
            throw new IllegalArgumentException("freshet.gateway.aliyun.nonces.max-entries must be at least 1000");
        }
        if (maxEntriesPerAccount < 1 || maxEntriesPerAccount > maxEntries) {
            throw new IllegalArgumentException("freshet.gateway.aliyun.nonces.max-entries-per-account ("
                    + maxEntriesPerAccount + ") must be between 1 and freshet.gateway.aliyun.nonces.max-entries ("
                    + maxEntries + ")");
        }
    }
}
