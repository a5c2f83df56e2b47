package io.freshet.gateway.request.canonical;

import java.util.List;
import java.util.SequencedMap;

/**
 * Options of a push.
 *
 * @param tier name of the tier to warm
 * @param headers sorted by the configured names, each value once
 */
public record PushOptions(String tier, SequencedMap<String, List<String>> headers) {}
