/** Channels to the nodes of the current fleet, in tiers, and to those of earlier fleets while they are used. */
@NullMarked
package io.freshet.purge.topology;

import org.jspecify.annotations.NullMarked;
