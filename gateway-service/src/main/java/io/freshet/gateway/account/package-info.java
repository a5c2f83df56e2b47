/** The account of the token. */
@NullMarked
package io.freshet.gateway.account;

import org.jspecify.annotations.NullMarked;
