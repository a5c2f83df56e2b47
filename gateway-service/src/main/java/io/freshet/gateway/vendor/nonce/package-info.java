/** No signature is taken twice. */
@NullMarked
package io.freshet.gateway.vendor.nonce;

import org.jspecify.annotations.NullMarked;
