package io.freshet.gateway.aliyun.nonce;

import io.freshet.fleet.account.AccessKey;
import java.time.Instant;

/** A store of used nonces. */
public interface AliyunNonceStore {

    /** Returns whether this gateway remembers the nonce of the access key as used. Does not block. */
    boolean isKnown(AccessKey key, String nonce);

    /**
     * Marks a nonce of an access key as used. May block.
     *
     * @param until time until which it must be remembered
     * @return whether this is its first use
     * @throws io.freshet.gateway.aliyun.call.AliyunException if the share of the key's account or the store is full
     */
    boolean use(AccessKey key, String nonce, Instant until);
}
