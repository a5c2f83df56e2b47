/** Drivers: how each kind of cache server is told to purge, and what its answers mean. */
@NullMarked
package io.freshet.purge.driver;

import org.jspecify.annotations.NullMarked;
