/** Queries of the task store. */
@NullMarked
package io.freshet.gateway.query;

import org.jspecify.annotations.NullMarked;
