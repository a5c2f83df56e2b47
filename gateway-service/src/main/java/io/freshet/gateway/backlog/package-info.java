/** Backlogs of the services behind the gateway. */
@NullMarked
package io.freshet.gateway.backlog;

import org.jspecify.annotations.NullMarked;
