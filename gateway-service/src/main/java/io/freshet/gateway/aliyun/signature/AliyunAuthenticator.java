package io.freshet.gateway.aliyun.signature;

import io.freshet.fleet.account.AccessKey;
import io.freshet.fleet.account.AccessKeys;
import io.freshet.fleet.watch.CurrentAccessKeys;
import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.aliyun.call.AliyunRequest;
import io.freshet.gateway.aliyun.nonce.AliyunNonceStore;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Authenticator of requests, which returns their signed parts. A nonce is marked as used only if the signature is
 * valid; otherwise anybody could use up the nonces of others.
 */
@Component
public class AliyunAuthenticator {

    private static final Duration SKEW = Duration.ofMinutes(15);
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z");
    private static final int MAX_NONCE_LENGTH = 256;

    private final CurrentAccessKeys keys;
    private final AliyunNonceStore nonceStore;
    private final CallRateLimiter rateLimiter;
    private final Clock clock;

    AliyunAuthenticator(CurrentAccessKeys keys, AliyunNonceStore nonceStore, CallRateLimiter rateLimiter, Clock clock) {
        this.keys = keys;
        this.nonceStore = nonceStore;
        this.rateLimiter = rateLimiter;
        this.clock = clock;
    }

    /**
     * Authenticates a request.
     *
     * @throws AliyunException if the signature is missing, invalid, expired or used before
     */
    public AliyunCall authenticate(AliyunRequest request) {
        Signature signature = Signature.of(request);
        AccessKey key = signer(signature);
        Instant signedAt = signedAt(signature);
        if (signature.nonce().length() > MAX_NONCE_LENGTH) {
            throw Signature.incomplete("the nonce has more than " + MAX_NONCE_LENGTH + " characters");
        }
        use(key, signature.nonce(), signedAt);
        return new AliyunCall(key.account(), signature.action(), signature.version(), signature.parameters());
    }

    /** Counts only what is not known to be a replay: otherwise anybody could use up the rate of others. */
    private void use(AccessKey key, String nonce, Instant signedAt) {
        boolean known = nonceStore.isKnown(key, nonce);
        if (!known) {
            rateLimiter.count(key.account());
        }
        // Remembered as long as the date is accepted.
        if (known || !nonceStore.use(key, nonce, signedAt.plus(SKEW))) {
            throw new AliyunException(
                    AliyunErrorCode.NONCE_USED,
                    "The nonce of the signature has been used before. Sign each request with a new nonce.");
        }
    }

    /**
     * Verifies the signature. An unknown key takes as long as an invalid signature, so that timing does not reveal
     * keys.
     */
    private AccessKey signer(Signature signature) {
        AccessKeys known = keys.get();
        AccessKey key = known.byId(signature.accessKeyId()).orElse(known.nobody());
        boolean valid = signature.isMadeWith(key);
        if (key == known.nobody()) {
            throw new AliyunException(AliyunErrorCode.UNKNOWN_ACCESS_KEY, "The access key is not found.");
        }
        if (!valid) {
            throw new AliyunException(AliyunErrorCode.WRONG_SIGNATURE, "The signature does not match the request.");
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
            // Falls through to the same error as another format.
        }
        throw new AliyunException(
                AliyunErrorCode.EXPIRED, "The date of the signature must be a UTC time such as 2026-11-22T10:15:30Z.");
    }
}
