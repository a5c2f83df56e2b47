/** Nodes that no configuration file names: their definitions are in a compacted topic. */
@NullMarked
package io.freshet.fleet.definition;

import org.jspecify.annotations.NullMarked;
