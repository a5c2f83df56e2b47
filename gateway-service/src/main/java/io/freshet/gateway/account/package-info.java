/** Who is asking, and what it may ask for. */
@NullMarked
package io.freshet.gateway.account;

import org.jspecify.annotations.NullMarked;
