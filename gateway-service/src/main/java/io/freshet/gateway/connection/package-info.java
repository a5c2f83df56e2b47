/** Rules of all ports for their connections: number, pace of requests and responses, and TLS. */
@NullMarked
package io.freshet.gateway.connection;

import org.jspecify.annotations.NullMarked;
