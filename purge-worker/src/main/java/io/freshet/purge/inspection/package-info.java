/** Answers questions what the nodes hold for a URL. */
@NullMarked
package io.freshet.purge.inspection;

import org.jspecify.annotations.NullMarked;
