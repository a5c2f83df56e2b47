/** Checks that a node's purges have an effect, by looks into its cache. */
@NullMarked
package io.freshet.purge.verify;

import org.jspecify.annotations.NullMarked;
