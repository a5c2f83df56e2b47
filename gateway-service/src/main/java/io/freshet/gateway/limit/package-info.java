/** Limits of resources that accounts or addresses share. */
@NullMarked
package io.freshet.gateway.limit;

import org.jspecify.annotations.NullMarked;
