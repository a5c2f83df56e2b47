/** What a client of Freshet and of the caches sees, in types of our own. */
@NullMarked
package io.freshet.e2e.http;

import org.jspecify.annotations.NullMarked;
