package io.freshet.purge.verify;

/**
 * Reason why a look after a purge does not confirm it.
 *
 * @param reason for people; it continues a sentence that begins with the node's id
 * @param isOldCopy whether the node still has a copy from before the purge; else the look has failed
 */
public record LookFailure(String reason, boolean isOldCopy) {}
