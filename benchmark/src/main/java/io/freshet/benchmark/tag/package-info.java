/** The costs of refreshes of tags to the readers of a node. */
@NullMarked
package io.freshet.benchmark.tag;

import org.jspecify.annotations.NullMarked;
