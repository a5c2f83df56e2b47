/** Replay of commands from the topic, for nodes that have missed them and for the second purge. */
@NullMarked
package io.freshet.purge.replay;

import org.jspecify.annotations.NullMarked;
