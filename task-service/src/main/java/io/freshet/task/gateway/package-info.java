/** Leases of the numbers that make the gateways' task ids unique. */
@NullMarked
package io.freshet.task.gateway;

import org.jspecify.annotations.NullMarked;
