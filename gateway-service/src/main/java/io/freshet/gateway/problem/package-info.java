/** Errors as problem details (RFC 9457). */
@NullMarked
package io.freshet.gateway.problem;

import org.jspecify.annotations.NullMarked;
