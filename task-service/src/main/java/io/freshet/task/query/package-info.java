/** Queries of tasks and objects. */
@NullMarked
package io.freshet.task.query;

import org.jspecify.annotations.NullMarked;
