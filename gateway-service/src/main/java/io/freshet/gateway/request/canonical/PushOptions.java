package io.freshet.gateway.request.canonical;

import io.freshet.contracts.message.Redirects;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Options of a push.
 *
 * @param tier name of the tier to warm
 * @param headers sorted by the configured names, each value once
 * @param redirects null for those that are stored only, which leaves it out of the hash
 */
public record PushOptions(
        String tier,
        SequencedMap<String, List<String>> headers,
        @Nullable Redirects redirects) {

    /** Options of a push that stores redirects. */
    public PushOptions(String tier, SequencedMap<String, List<String>> headers) {
        this(tier, headers, null);
    }
}
