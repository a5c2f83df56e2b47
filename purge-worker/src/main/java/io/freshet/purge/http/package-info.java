/** HTTP/1.1 pipelining over plain sockets: knows nothing of purges. See docs/adr/0014. */
@NullMarked
package io.freshet.purge.http;

import org.jspecify.annotations.NullMarked;
