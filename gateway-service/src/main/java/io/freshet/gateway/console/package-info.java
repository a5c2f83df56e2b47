/** Static files of the console, which uses the API under {@code /v1} as any other client does. */
@NullMarked
package io.freshet.gateway.console;

import org.jspecify.annotations.NullMarked;
