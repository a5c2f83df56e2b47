/** How fast purges reach the nodes. */
@NullMarked
package io.freshet.benchmark.bulk;

import org.jspecify.annotations.NullMarked;
