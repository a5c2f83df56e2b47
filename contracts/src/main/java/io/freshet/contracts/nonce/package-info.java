/** What has been used once and must not be used again. */
@NullMarked
package io.freshet.contracts.nonce;

import org.jspecify.annotations.NullMarked;
