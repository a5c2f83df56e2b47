package io.freshet.fleet.account;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Access key with which an account signs requests. Neither the secret nor a key derived from it leaves this class. */
public final class AccessKey {

    private final String id;
    private final Account account;
    private final String secret;

    public AccessKey(String id, Account account, String secret) {
        this.id = id;
        this.account = account;
        this.secret = secret;
    }

    public String id() {
        return id;
    }

    public Account account() {
        return account;
    }

    /** The HMAC-SHA256 of a text in UTF-8, keyed with the secret. */
    public byte[] hmacSha256(String text) {
        return hmac("HmacSHA256", secret, text);
    }

    /**
     * The HMAC-SHA1 of a text in UTF-8.
     *
     * @param suffix what follows the secret in the key
     */
    public byte[] hmacSha1(String suffix, String text) {
        return hmac("HmacSHA1", secret + suffix, text);
    }

    private static byte[] hmac(String algorithm, String key, String text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this JVM lacks " + algorithm, e);
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
