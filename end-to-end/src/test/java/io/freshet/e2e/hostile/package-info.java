/** Hostile clients of the gateway, one class for each kind. */
@NullMarked
package io.freshet.e2e.hostile;

import org.jspecify.annotations.NullMarked;
