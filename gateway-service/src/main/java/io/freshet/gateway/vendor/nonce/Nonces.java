package io.freshet.gateway.vendor.nonce;

import io.freshet.gateway.vendor.call.VendorException;
import java.time.Instant;

/** Which nonces have been used. */
public interface Nonces {

    /**
     * Whether this is the nonce's first use with this access key; from now on it is not. May block.
     *
     * @param until when it must be remembered
     * @throws VendorException if there is no more room to remember it
     */
    boolean use(String accessKeyId, String nonce, Instant until);
}
