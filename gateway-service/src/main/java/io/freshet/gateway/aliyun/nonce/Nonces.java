package io.freshet.gateway.aliyun.nonce;

import io.freshet.gateway.aliyun.call.AliyunException;
import java.time.Instant;

/** Which nonces have been used. */
public interface Nonces {

    /**
     * Whether this is the nonce's first use with this access key; from now on it is not. May block.
     *
     * @param until when it must be remembered
     * @throws AliyunException if there is no more room to remember it
     */
    boolean use(String accessKeyId, String nonce, Instant until);
}
