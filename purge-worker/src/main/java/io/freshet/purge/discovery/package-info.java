/** Discovery of nodes by DNS. */
@NullMarked
package io.freshet.purge.discovery;

import org.jspecify.annotations.NullMarked;
