/** A request as it came, and the call that is left of it; and how the vendor names what is wrong with it. */
@NullMarked
package io.freshet.gateway.aliyun.call;

import org.jspecify.annotations.NullMarked;
