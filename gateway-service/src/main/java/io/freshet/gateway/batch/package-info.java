/** Uploads of batches: long lists that are read, split into tasks and recorded while they arrive. */
@NullMarked
package io.freshet.gateway.batch;

import org.jspecify.annotations.NullMarked;
