/** Consumers of commands and events: batches, chunks, retries and dead letters. */
@NullMarked
package io.freshet.task.recording;

import org.jspecify.annotations.NullMarked;
