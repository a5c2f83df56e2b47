/** Accepting a request: admission, then the log, then the answer. */
@NullMarked
package io.freshet.gateway.accept;

import org.jspecify.annotations.NullMarked;
