/** Answers to queries of tasks, from task-service to the gateway and from the gateway to clients. */
@NullMarked
package io.freshet.contracts.task;

import org.jspecify.annotations.NullMarked;
