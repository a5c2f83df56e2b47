/** What is known of tasks: what task-service answers to queries, and the gateway to its clients. */
@NullMarked
package io.freshet.contracts.task;

import org.jspecify.annotations.NullMarked;
