package io.freshet.gateway.live;

import io.freshet.contracts.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * What a stream is about.
 *
 * @param task one of the account's tasks, or null for all of them
 */
record Scope(String account, @Nullable TaskId task) {}
