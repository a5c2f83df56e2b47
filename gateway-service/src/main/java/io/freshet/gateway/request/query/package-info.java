/** Reading of query and path parameters. */
@NullMarked
package io.freshet.gateway.request.query;

import org.jspecify.annotations.NullMarked;
