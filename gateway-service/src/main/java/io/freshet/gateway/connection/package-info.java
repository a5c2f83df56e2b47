/** What every port requires of its connections: their number, the pace of their requests and responses, and TLS. */
@NullMarked
package io.freshet.gateway.connection;

import org.jspecify.annotations.NullMarked;
