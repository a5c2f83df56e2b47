/** What the nodes hold for a URL. */
@NullMarked
package io.freshet.gateway.inspect;

import org.jspecify.annotations.NullMarked;
