/** HTTP/1.1 client over blocking sockets: kept-alive connections, limits of time, and a strict response parser. */
@NullMarked
package io.freshet.push.http;

import org.jspecify.annotations.NullMarked;
