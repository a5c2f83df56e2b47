/** The service purge-worker: purges refreshed objects from all nodes, tier by tier, and reports the progress. */
@NullMarked
package io.freshet.purge;

import org.jspecify.annotations.NullMarked;
