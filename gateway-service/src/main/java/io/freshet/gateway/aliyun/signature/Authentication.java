package io.freshet.gateway.aliyun.signature;

import io.freshet.fleet.AccessKey;
import io.freshet.fleet.AccessKeys;
import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import io.freshet.gateway.aliyun.nonce.Nonces;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * From a request to a call, of which only what has been signed is left. A nonce counts as used only once the signature is right, or anybody
 * could use up others'.
 */
@Component
public class Authentication {

    private static final Duration SKEW = Duration.ofMinutes(15);
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z");
    private static final int LONGEST_NONCE = 256;

    private final AccessKeys keys;
    private final Nonces nonces;
    private final Clock clock;

    Authentication(AccessKeys keys, Nonces nonces, Clock clock) {
        this.keys = keys;
        this.nonces = nonces;
        this.clock = clock;
    }

    /**
     * @throws AliyunException if nobody has signed this, or not now, or it has been here before
     */
    public AliyunCall authenticate(AliyunRequest request) {
        Signature signature = Signature.of(request);
        AccessKey key = signer(signature);
        Instant signedAt = signedAt(signature);
        if (signature.nonce().length() > LONGEST_NONCE) {
            throw Signature.incomplete("the nonce has more than " + LONGEST_NONCE + " characters");
        }
        // As long as the date would be taken.
        if (!nonces.use(key.id(), signature.nonce(), signedAt.plus(SKEW))) {
            throw new AliyunException(
                    AliyunErrorCode.NONCE_USED, "The nonce of the signature has been used before; sign each request anew.");
        }
        return new AliyunCall(key.account(), signature.action(), signature.version(), signature.parameters());
    }

    /** Looking for an unknown key takes the same work as finding that a signature is wrong. */
    private AccessKey signer(Signature signature) {
        AccessKey key = keys.byId(signature.accessKeyId()).orElse(keys.nobody());
        boolean right = signature.isMadeWith(key);
        if (key == keys.nobody()) {
            throw new AliyunException(AliyunErrorCode.UNKNOWN_ACCESS_KEY, "The access key is not found.");
        }
        if (!right) {
            throw new AliyunException(
                    AliyunErrorCode.WRONG_SIGNATURE, "The signature does not match what the server makes of the request.");
        }
        return key;
    }

    private Instant signedAt(Signature signature) {
        Instant signedAt = parsed(signature.date());
        if (Duration.between(signedAt, clock.instant()).abs().compareTo(SKEW) > 0) {
            throw new AliyunException(
                    AliyunErrorCode.EXPIRED,
                    "The request was signed at " + signedAt + ", more than " + SKEW.toMinutes() + " minutes from now.");
        }
        return signedAt;
    }

    private static Instant parsed(String date) {
        try {
            if (DATE.matcher(date).matches()) {
                return Instant.parse(date);
            }
        } catch (DateTimeException e) {
            // The answer is the same as for another form.
        }
        throw new AliyunException(
                AliyunErrorCode.EXPIRED, "The date of the signature is no UTC time as 2026-11-22T10:15:30Z.");
    }
}
