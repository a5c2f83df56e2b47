/**
 * The second front: the refresh and push operations of a commercial CDN's API as its official SDKs call them, on a port of their own and over
 * the same core. What is refused, and why, is decided there; here it gets the vendor's names.
 */
@NullMarked
package io.freshet.gateway.aliyun;

import org.jspecify.annotations.NullMarked;
