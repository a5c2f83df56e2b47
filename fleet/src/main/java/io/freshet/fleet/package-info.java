/**
 * Configuration of the fleet and the accounts: tiers, nodes, drivers, domains, quotas. Checked at start
 * and at each change of the file.
 */
@NullMarked
package io.freshet.fleet;

import org.jspecify.annotations.NullMarked;
