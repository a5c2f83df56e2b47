/** Authentication by bearer token, and the rights that tokens give. */
@NullMarked
package io.freshet.gateway.auth;

import org.jspecify.annotations.NullMarked;
