/** Serves the console, which is files: it talks to the interface under {@code /v1} like any other client. */
@NullMarked
package io.freshet.gateway.console;

import org.jspecify.annotations.NullMarked;
