/** What the workers tell each other of nodes, what operators want done with them, and flushes. */
@NullMarked
package io.freshet.purge.steering;

import org.jspecify.annotations.NullMarked;
