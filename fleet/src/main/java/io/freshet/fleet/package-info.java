/** The fleet and its accounts as configuration: tiers, nodes, drivers, domains, quotas. Checked at start, immutable afterwards. */
@NullMarked
package io.freshet.fleet;

import org.jspecify.annotations.NullMarked;
