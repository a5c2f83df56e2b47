/** purge-worker: delivers refreshes to the nodes, tier by tier, and reports what became of them. */
@NullMarked
package io.freshet.purge;

import org.jspecify.annotations.NullMarked;
