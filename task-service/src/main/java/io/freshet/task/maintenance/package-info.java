/** Periodic jobs on tasks: timeouts, and admissions whose commands never came. */
@NullMarked
package io.freshet.task.maintenance;

import org.jspecify.annotations.NullMarked;
