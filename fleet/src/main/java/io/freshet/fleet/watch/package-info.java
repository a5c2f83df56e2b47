/** Watch of the configuration file, and the current fleet and accounts, which change with it. */
@NullMarked
package io.freshet.fleet.watch;

import org.jspecify.annotations.NullMarked;
