/** Authentication of requests by their signatures. */
@NullMarked
package io.freshet.gateway.aliyun.signature;

import org.jspecify.annotations.NullMarked;
