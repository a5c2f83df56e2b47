/** Pushes that wait for their start time. */
@NullMarked
package io.freshet.task.schedule;

import org.jspecify.annotations.NullMarked;
