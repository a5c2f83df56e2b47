/** Authentication by bearer token. */
@NullMarked
package io.freshet.gateway.auth;

import org.jspecify.annotations.NullMarked;
