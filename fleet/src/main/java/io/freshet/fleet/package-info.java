/**
 * Configuration of the fleet and the accounts: tiers, nodes, drivers, domains, quotas. Checked at start, then
 * immutable.
 */
@NullMarked
package io.freshet.fleet;

import org.jspecify.annotations.NullMarked;
