package io.freshet.purge.verify;

import org.jspecify.annotations.Nullable;

/**
 * Reason why a look after a purge does not confirm it.
 *
 * @param reason for people; it continues a sentence that begins with the node's id
 * @param isOldCopy whether the node still has a copy from before the purge; else the look has failed, or another one
 *     must decide
 * @param seen the copy that another look must not find again; null if none decides by that
 */
public record LookFailure(
        String reason, boolean isOldCopy, @Nullable SeenCopy seen) {

    LookFailure(String reason, boolean isOldCopy) {
        this(reason, isOldCopy, null);
    }
}
