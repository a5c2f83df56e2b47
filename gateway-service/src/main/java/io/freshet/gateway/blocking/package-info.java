/** Virtual threads for work that blocks, so that event loops never do. */
@NullMarked
package io.freshet.gateway.blocking;

import org.jspecify.annotations.NullMarked;
