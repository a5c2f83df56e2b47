/** From the log into the record: batches of commands and events, written so that they may come twice and in any order. */
@NullMarked
package io.freshet.task.recording;

import org.jspecify.annotations.NullMarked;
