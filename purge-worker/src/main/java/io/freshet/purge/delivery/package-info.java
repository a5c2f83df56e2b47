/** Delivery: a refresh goes to all nodes tier by tier, what a late node owes is kept for it, and both are reported. */
@NullMarked
package io.freshet.purge.delivery;

import org.jspecify.annotations.NullMarked;
