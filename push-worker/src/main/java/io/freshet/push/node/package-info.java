/** Availability of nodes. */
@NullMarked
package io.freshet.push.node;

import org.jspecify.annotations.NullMarked;
