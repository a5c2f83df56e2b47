/** Endpoints by which operators add, change and retire nodes that no configuration file names. */
@NullMarked
package io.freshet.gateway.definition;

import org.jspecify.annotations.NullMarked;
