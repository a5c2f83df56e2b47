/** What a domain's origin is spared. */
@NullMarked
package io.freshet.push.limit;

import org.jspecify.annotations.NullMarked;
