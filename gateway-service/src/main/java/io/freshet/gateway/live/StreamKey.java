package io.freshet.gateway.live;

import io.freshet.contracts.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that a stream shows.
 *
 * @param task one of the account's tasks, or null for all of them
 */
record StreamKey(String account, @Nullable TaskId task) {}
