package io.freshet.contracts.admission;

import java.time.Instant;

/**
 * Why nothing was admitted: the account has made as many requests in this minute as it may.
 *
 * @param requestsPerMinute how many it may make
 * @param resetsAt when the minute ends
 */
public record RateExceeded(int requestsPerMinute, Instant resetsAt) {}
