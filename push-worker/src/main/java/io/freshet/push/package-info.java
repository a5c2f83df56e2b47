/** The service that warms objects through nodes. */
@NullMarked
package io.freshet.push;

import org.jspecify.annotations.NullMarked;
