/** Reading of JSON bodies. */
@NullMarked
package io.freshet.gateway.request.json;

import org.jspecify.annotations.NullMarked;
