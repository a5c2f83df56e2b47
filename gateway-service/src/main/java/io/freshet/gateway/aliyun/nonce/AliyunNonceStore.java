package io.freshet.gateway.aliyun.nonce;

import io.freshet.gateway.aliyun.call.AliyunException;
import java.time.Instant;

/** A store of used nonces. */
public interface AliyunNonceStore {

    /**
     * Marks a nonce of an access key as used. May block.
     *
     * @param until time until which it must be remembered
     * @return whether this is its first use
     * @throws AliyunException if the store is full
     */
    boolean use(String accessKeyId, String nonce, Instant until);
}
