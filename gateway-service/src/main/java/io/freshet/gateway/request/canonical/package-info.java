/** Validated requests in canonical form. */
@NullMarked
package io.freshet.gateway.request.canonical;

import org.jspecify.annotations.NullMarked;
