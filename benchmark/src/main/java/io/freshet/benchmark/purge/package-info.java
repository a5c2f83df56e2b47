/** How fast purges reach the nodes. */
@NullMarked
package io.freshet.benchmark.purge;

import org.jspecify.annotations.NullMarked;
