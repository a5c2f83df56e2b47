package io.freshet.purge.partition;

/**
 * Range of offsets that is to be read again.
 *
 * @param from the first offset
 * @param to the offset after the last
 */
public record OffsetRange(long from, long to) {}
