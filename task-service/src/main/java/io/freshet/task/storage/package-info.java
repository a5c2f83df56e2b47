/** The database itself: its schema, its partitions, and what is removed from it with time. */
@NullMarked
package io.freshet.task.storage;

import org.jspecify.annotations.NullMarked;
