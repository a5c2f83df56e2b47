/** Who asks. */
@NullMarked
package io.freshet.gateway.auth;

import org.jspecify.annotations.NullMarked;
