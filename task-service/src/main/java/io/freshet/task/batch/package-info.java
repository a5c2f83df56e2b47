/** Uploads of batches: their chunks, their end, and the publishing of their commands. */
@NullMarked
package io.freshet.task.batch;

import org.jspecify.annotations.NullMarked;
