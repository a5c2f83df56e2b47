/** Who has signed a request, and with what. */
@NullMarked
package io.freshet.gateway.aliyun.signature;

import org.jspecify.annotations.NullMarked;
