/** The service: its start, and what its parts share. */
@NullMarked
package io.freshet.task;

import org.jspecify.annotations.NullMarked;
