/** Purges that healthy nodes have not completed, sent again apart from all other refreshes. */
@NullMarked
package io.freshet.purge.retry;

import org.jspecify.annotations.NullMarked;
