/** Limits of the objects of a request. */
@NullMarked
package io.freshet.gateway.request.object;

import org.jspecify.annotations.NullMarked;
