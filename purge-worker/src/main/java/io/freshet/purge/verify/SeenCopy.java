package io.freshet.purge.verify;

/**
 * A copy of unknown age that a look has found after a purge. If a later look finds it again, a purge between them had
 * no effect.
 *
 * @param copy the same text for the same copy
 * @param at time of {@link System#nanoTime} of the first look that found it
 */
public record SeenCopy(String copy, long at) {

    static SeenCopy now(String copy) {
        return new SeenCopy(copy, System.nanoTime());
    }
}
