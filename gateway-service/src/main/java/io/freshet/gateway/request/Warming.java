package io.freshet.gateway.request;

import java.util.List;
import java.util.SequencedMap;

/**
 * How objects are pushed.
 *
 * @param tier the name of the tier to warm
 * @param headers under the names of the configuration, sorted, each value once
 */
public record Warming(String tier, SequencedMap<String, List<String>> headers) {}
