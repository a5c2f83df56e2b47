/** Nonces of signatures, for gateways that share them. */
@NullMarked
package io.freshet.task.nonce;

import org.jspecify.annotations.NullMarked;
