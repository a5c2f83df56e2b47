/** Streams of task events (server-sent events). */
@NullMarked
package io.freshet.gateway.live;

import org.jspecify.annotations.NullMarked;
