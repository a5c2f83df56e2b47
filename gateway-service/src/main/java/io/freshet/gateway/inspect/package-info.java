/** Inspection of the copies of a URL in the nodes' caches. */
@NullMarked
package io.freshet.gateway.inspect;

import org.jspecify.annotations.NullMarked;
