/** HTTP clients of Freshet and of the caches, with types of their own. */
@NullMarked
package io.freshet.e2e.http;

import org.jspecify.annotations.NullMarked;
