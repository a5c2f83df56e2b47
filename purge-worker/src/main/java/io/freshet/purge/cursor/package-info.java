/** Cursors of all nodes on all partitions of the purge commands, stored in a compacted topic. */
@NullMarked
package io.freshet.purge.cursor;

import org.jspecify.annotations.NullMarked;
