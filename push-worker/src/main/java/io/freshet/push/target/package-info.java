/** Nodes that pushes go to. */
@NullMarked
package io.freshet.push.target;

import org.jspecify.annotations.NullMarked;
