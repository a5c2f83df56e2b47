package io.freshet.gateway.aliyun.signature;

import io.freshet.fleet.AccessKey;
import io.freshet.gateway.aliyun.call.Parameters;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import org.jspecify.annotations.Nullable;

/** A signature as it stands in a request; what it says is not true yet. */
sealed interface Signature permits Acs3Signature, Signature1 {

    /**
     * The signature of the request, in whichever of the forms.
     *
     * @throws AliyunException if it has none, or one that lacks something
     */
    static Signature of(AliyunRequest request) {
        String authorization = request.header("Authorization");
        return authorization != null && authorization.startsWith("ACS3-")
                ? Acs3Signature.of(request, authorization)
                : Signature1.of(request);
    }

    String accessKeyId();

    /** When it was signed, as written. */
    String date();

    String nonce();

    /** Whether this key has signed all that it covers; takes the same time however much of it is right. */
    boolean isMadeWith(AccessKey key);

    /** The operation that was signed; null if none was. */
    @Nullable
    String action();

    /** The version of the API that was signed; null if none was. */
    @Nullable
    String version();

    /** The parameters that were signed. */
    Parameters parameters();

    static AliyunException incomplete(String what) {
        return new AliyunException(
                AliyunErrorCode.INCOMPLETE_SIGNATURE, "The request is not signed as it must be: " + what + '.');
    }
}
