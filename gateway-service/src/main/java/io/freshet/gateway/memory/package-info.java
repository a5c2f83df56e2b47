/** The memory that requests hold, from the first byte of their body to the last byte of their response. */
@NullMarked
package io.freshet.gateway.memory;

import org.jspecify.annotations.NullMarked;
