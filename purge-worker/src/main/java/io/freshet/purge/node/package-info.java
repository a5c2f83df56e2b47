/** A node as the worker sees it: its connections, what waits for it, and how it stands. */
@NullMarked
package io.freshet.purge.node;

import org.jspecify.annotations.NullMarked;
