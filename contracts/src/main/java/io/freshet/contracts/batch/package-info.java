/** Batches: lists of objects that are uploaded as a file and split into tasks. */
@NullMarked
package io.freshet.contracts.batch;

import org.jspecify.annotations.NullMarked;
