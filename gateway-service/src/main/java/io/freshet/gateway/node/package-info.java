/** The cache nodes as the workers report them. */
@NullMarked
package io.freshet.gateway.node;

import org.jspecify.annotations.NullMarked;
