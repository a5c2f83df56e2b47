/** Cursors: where every node stands on every partition of the refreshes, kept by Kafka as the offsets of consumer groups. */
@NullMarked
package io.freshet.purge.cursor;

import org.jspecify.annotations.NullMarked;
