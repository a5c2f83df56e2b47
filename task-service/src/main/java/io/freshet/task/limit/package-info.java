/** Limits of the work that one account has in progress. */
@NullMarked
package io.freshet.task.limit;

import org.jspecify.annotations.NullMarked;
