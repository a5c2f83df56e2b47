/** Reading a topic without a consumer group. */
@NullMarked
package io.freshet.gateway.reader;

import org.jspecify.annotations.NullMarked;
