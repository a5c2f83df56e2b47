/** Copies of a URL in the caches of nodes. */
@NullMarked
package io.freshet.contracts.inspection;

import org.jspecify.annotations.NullMarked;
