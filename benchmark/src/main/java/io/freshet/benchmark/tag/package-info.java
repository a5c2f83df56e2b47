/** What refreshes of tags cost the readers of a node. */
@NullMarked
package io.freshet.benchmark.tag;

import org.jspecify.annotations.NullMarked;
