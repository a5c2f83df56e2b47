/** Nonces of signed requests, shared by all gateways. */
@NullMarked
package io.freshet.task.nonce;

import org.jspecify.annotations.NullMarked;
