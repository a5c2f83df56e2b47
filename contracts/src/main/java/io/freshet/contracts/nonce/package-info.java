/** Nonces of signed requests. */
@NullMarked
package io.freshet.contracts.nonce;

import org.jspecify.annotations.NullMarked;
