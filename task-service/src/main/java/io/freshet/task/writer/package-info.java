/** Writes commands and events to the task store, so that they may come twice and in any order. */
@NullMarked
package io.freshet.task.writer;

import org.jspecify.annotations.NullMarked;
