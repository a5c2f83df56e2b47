/** HTTP client of task-service, with short timeouts. */
@NullMarked
package io.freshet.gateway.client;

import org.jspecify.annotations.NullMarked;
