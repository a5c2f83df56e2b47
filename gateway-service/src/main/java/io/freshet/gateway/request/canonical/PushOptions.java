package io.freshet.gateway.request.canonical;

import io.freshet.contracts.message.PushLimits;
import io.freshet.contracts.message.PushTargets;
import java.time.Instant;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Options of a push.
 *
 * @param tier name of the tier to warm, or of the first one
 * @param headers sorted by the configured names, each value once
 * @param startAt when the push starts; null for at once, which leaves it out of the hash
 * @param limits of the load on the origin; null for none, which leaves it out of the hash
 * @param targets nodes; null for all of the tier, which leaves it out of the hash
 */
public record PushOptions(
        String tier,
        SequencedMap<String, List<String>> headers,
        @Nullable Instant startAt,
        @Nullable PushLimits limits,
        @Nullable PushTargets targets) {

    /** Options of a push that starts at once. */
    public PushOptions(String tier, SequencedMap<String, List<String>> headers) {
        this(tier, headers, null, null, null);
    }
}
