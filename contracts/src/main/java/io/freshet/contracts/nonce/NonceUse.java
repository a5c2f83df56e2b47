package io.freshet.contracts.nonce;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;

/**
 * Request body of {@code POST /nonces}, which marks a signature's nonce as used. Answers 204 the first time, 409
 * afterwards.
 *
 * @param nonce a hash of the nonce and of whose it is
 * @param expiresAt until when it must be remembered
 */
public record NonceUse(UUID nonce, Instant expiresAt) {

    public NonceUse {
        requireNonNull(nonce, "nonce");
        requireNonNull(expiresAt, "expiresAt");
    }
}
