/** Canonical form of objects, and their limits. */
@NullMarked
package io.freshet.gateway.request.object;

import org.jspecify.annotations.NullMarked;
