/** Tiers, nodes and drivers of the fleet. */
@NullMarked
package io.freshet.fleet.node;

import org.jspecify.annotations.NullMarked;
