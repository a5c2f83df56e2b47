/** Messages that are stored with what they tell of, and published afterwards. */
@NullMarked
package io.freshet.task.outbox;

import org.jspecify.annotations.NullMarked;
