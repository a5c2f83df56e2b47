package io.freshet.gateway.request.canonical;

import java.time.Instant;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Options of a push.
 *
 * @param tier name of the tier to warm
 * @param headers sorted by the configured names, each value once
 * @param startAt when the push starts; null for at once, which leaves it out of the hash
 */
public record PushOptions(
        String tier,
        SequencedMap<String, List<String>> headers,
        @Nullable Instant startAt) {

    /** Options of a push that starts at once. */
    public PushOptions(String tier, SequencedMap<String, List<String>> headers) {
        this(tier, headers, null);
    }
}
