/** Stores of used nonces: no signature is accepted twice. */
@NullMarked
package io.freshet.gateway.aliyun.nonce;

import org.jspecify.annotations.NullMarked;
