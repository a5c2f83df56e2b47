package io.freshet.contracts.nonce;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;

/**
 * {@code POST /nonces}: remember that a signature's nonce has been used. Answers 204 the first time, and 409 from then on.
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
