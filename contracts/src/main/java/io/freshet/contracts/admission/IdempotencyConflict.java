package io.freshet.contracts.admission;

import java.time.Instant;
import java.util.UUID;

/** Why nothing was admitted: the key belongs to another request, until it expires. */
public record IdempotencyConflict(UUID requestId, Instant keyExpiresAt) {}
