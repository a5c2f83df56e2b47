/** One node: its connections, the purges that wait for it, and its health. */
@NullMarked
package io.freshet.purge.node;

import org.jspecify.annotations.NullMarked;
