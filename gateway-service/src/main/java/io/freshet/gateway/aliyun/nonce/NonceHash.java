package io.freshet.gateway.aliyun.nonce;

import io.freshet.contracts.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Hash of an access key id and a nonce, in 16 bytes. */
final class NonceHash {

    private NonceHash() {}

    static UUID of(String accessKeyId, String nonce) {
        // An access key id has no line break.
        byte[] text = (accessKeyId + '\n' + nonce).getBytes(StandardCharsets.UTF_8);
        ByteBuffer hash = ByteBuffer.wrap(Sha256.digest(text));
        return new UUID(hash.getLong(), hash.getLong());
    }
}
