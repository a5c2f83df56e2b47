/** Partitions that this worker owns: opening them, following their nodes, committing cursors, giving them up. */
@NullMarked
package io.freshet.purge.ownership;

import org.jspecify.annotations.NullMarked;
