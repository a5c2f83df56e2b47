/** Which nodes can be warmed now. */
@NullMarked
package io.freshet.push.node;

import org.jspecify.annotations.NullMarked;
