/** Drivers: the purge protocol of each kind of cache server. */
@NullMarked
package io.freshet.purge.driver;

import org.jspecify.annotations.NullMarked;
