/** Cache nodes: their state as the workers report it, and node actions of operators. */
@NullMarked
package io.freshet.gateway.node;

import org.jspecify.annotations.NullMarked;
