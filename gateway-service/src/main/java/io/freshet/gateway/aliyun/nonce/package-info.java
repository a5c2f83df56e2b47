/** No signature is taken twice. */
@NullMarked
package io.freshet.gateway.aliyun.nonce;

import org.jspecify.annotations.NullMarked;
