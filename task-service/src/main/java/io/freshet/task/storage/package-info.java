/** Schema of the database, its partitions, its retention, and the jobs that start once it is ready. */
@NullMarked
package io.freshet.task.storage;

import org.jspecify.annotations.NullMarked;
