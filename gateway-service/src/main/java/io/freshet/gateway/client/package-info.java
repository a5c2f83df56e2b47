/** The task-service as the gateway sees it: over HTTP, with a short patience. */
@NullMarked
package io.freshet.gateway.client;

import org.jspecify.annotations.NullMarked;
