/** Nodes that pushes go to. */
@NullMarked
package io.freshet.push.routing;

import org.jspecify.annotations.NullMarked;
