/** Cancellation of tasks. */
@NullMarked
package io.freshet.gateway.cancel;

import org.jspecify.annotations.NullMarked;
