/** HTTP clients of Freshet and of the caches, with types of their own. */
@NullMarked
package io.freshet.cluster.http;

import org.jspecify.annotations.NullMarked;
