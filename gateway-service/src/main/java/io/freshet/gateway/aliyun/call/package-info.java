/** Requests and authenticated calls of the Aliyun API, and its error codes. */
@NullMarked
package io.freshet.gateway.aliyun.call;

import org.jspecify.annotations.NullMarked;
