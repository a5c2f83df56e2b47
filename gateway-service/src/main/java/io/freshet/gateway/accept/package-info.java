/** Accepting a request: admission, publishing, answer. */
@NullMarked
package io.freshet.gateway.accept;

import org.jspecify.annotations.NullMarked;
