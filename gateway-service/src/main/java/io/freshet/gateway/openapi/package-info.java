/** The OpenAPI document, and the annotations by which handlers declare their part of it. */
@NullMarked
package io.freshet.gateway.openapi;

import org.jspecify.annotations.NullMarked;
