/**
 * The Aliyun-compatible API: the refresh and push operations of Aliyun CDN as its official SDKs call them, on a port of
 * its own. Requests are validated and refused by the same code as in {@code /v1}; this package maps refusals to
 * Aliyun's error codes.
 */
@NullMarked
package io.freshet.gateway.aliyun;

import org.jspecify.annotations.NullMarked;
