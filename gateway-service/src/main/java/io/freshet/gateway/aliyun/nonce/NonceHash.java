package io.freshet.gateway.aliyun.nonce;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** A nonce and whose it is in 16 bytes, however long they are. */
final class NonceHash {

    private NonceHash() {}

    static UUID of(String accessKeyId, String nonce) {
        try {
            // An access key's id has no line break.
            byte[] text = (accessKeyId + '\n' + nonce).getBytes(StandardCharsets.UTF_8);
            ByteBuffer hash =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text));
            return new UUID(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}
