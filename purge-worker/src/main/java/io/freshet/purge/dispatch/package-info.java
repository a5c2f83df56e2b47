/** Dispatch of one refresh to all nodes, tier by tier, with its progress events and the push that follows it. */
@NullMarked
package io.freshet.purge.dispatch;

import org.jspecify.annotations.NullMarked;
