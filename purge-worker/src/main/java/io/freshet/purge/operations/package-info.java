/** Operations on whole nodes, and on the worker itself: flushes, node states, metrics, isolation. */
@NullMarked
package io.freshet.purge.operations;

import org.jspecify.annotations.NullMarked;
