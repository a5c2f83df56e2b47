/** Limits of the load on origins. */
@NullMarked
package io.freshet.push.limit;

import org.jspecify.annotations.NullMarked;
