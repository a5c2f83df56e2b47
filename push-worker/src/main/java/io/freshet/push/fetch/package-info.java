/** One request to one node, and what to make of its answer. */
@NullMarked
package io.freshet.push.fetch;

import org.jspecify.annotations.NullMarked;
