/**
 * The guarantees of Freshet, each a scenario over HTTP against the built services and real caches. Knows nothing of
 * ours but what a client sees.
 */
@NullMarked
package io.freshet.e2e;

import org.jspecify.annotations.NullMarked;
