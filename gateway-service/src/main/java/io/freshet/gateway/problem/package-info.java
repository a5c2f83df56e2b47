/** Errors as RFC 9457 problem details, every one of them. */
@NullMarked
package io.freshet.gateway.problem;

import org.jspecify.annotations.NullMarked;
