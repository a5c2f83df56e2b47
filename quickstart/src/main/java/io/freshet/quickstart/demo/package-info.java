/** Demo site: an origin whose pages have versions, and caches in front of it. */
@NullMarked
package io.freshet.quickstart.demo;

import org.jspecify.annotations.NullMarked;
