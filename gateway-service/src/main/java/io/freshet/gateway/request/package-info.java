/** Bodies of requests, as clients send them. */
@NullMarked
package io.freshet.gateway.request;

import org.jspecify.annotations.NullMarked;
