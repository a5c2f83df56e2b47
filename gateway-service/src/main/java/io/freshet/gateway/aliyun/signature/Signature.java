package io.freshet.gateway.aliyun.signature;

import io.freshet.fleet.account.AccessKey;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.aliyun.call.AliyunParameters;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import org.jspecify.annotations.Nullable;

/** The signature of a request, which has not been verified. */
sealed interface Signature permits Acs3Signature, Signature1 {

    /**
     * Reads the signature of a request in either version.
     *
     * @throws AliyunException if it is missing or incomplete
     */
    static Signature of(AliyunRequest request) {
        String authorization = request.header("Authorization");
        return authorization != null && authorization.startsWith("ACS3-")
                ? Acs3Signature.of(request, authorization)
                : Signature1.of(request);
    }

    String accessKeyId();

    /** Returns the date of the signature as the client has written it. */
    String date();

    String nonce();

    /** Returns whether the key has made this signature, in constant time. */
    boolean isMadeWith(AccessKey key);

    /** Returns the signed operation; null if there is none. */
    @Nullable
    String action();

    /** Returns the signed version of the API; null if there is none. */
    @Nullable
    String version();

    /** Returns the signed parameters. */
    AliyunParameters parameters();

    static AliyunException incomplete(String reason) {
        return new AliyunException(
                AliyunErrorCode.INCOMPLETE_SIGNATURE, "The signature is incomplete: " + reason + '.');
    }
}
