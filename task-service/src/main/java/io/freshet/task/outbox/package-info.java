/** Messages that are stored in the transaction of the change that they announce, and published afterwards. */
@NullMarked
package io.freshet.task.outbox;

import org.jspecify.annotations.NullMarked;
