/** Cursors of all nodes on all partitions of the purge commands, stored in Kafka as offsets of consumer groups. */
@NullMarked
package io.freshet.purge.cursor;

import org.jspecify.annotations.NullMarked;
