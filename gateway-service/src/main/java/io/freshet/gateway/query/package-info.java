/** Queries of the record. */
@NullMarked
package io.freshet.gateway.query;

import org.jspecify.annotations.NullMarked;
