package io.freshet.purge.http;

import java.time.Duration;

/**
 * Limits of a {@link PipelinedHttpConnection}.
 *
 * @param maxRequests outstanding requests at most
 * @param connectTimeout limit for connecting
 * @param responseTimeout limit for each response, counted from the response before it
 * @param stallTimeout time after which an outstanding request stalls its connection; not used if it is not shorter than
 *     the response timeout
 */
public record PipelineLimits(
        int maxRequests, Duration connectTimeout, Duration responseTimeout, Duration stallTimeout) {}
