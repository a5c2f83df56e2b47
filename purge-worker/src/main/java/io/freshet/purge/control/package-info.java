/** Compacted topics that every worker reads: node actions of operators, and events about nodes. */
@NullMarked
package io.freshet.purge.control;

import org.jspecify.annotations.NullMarked;
