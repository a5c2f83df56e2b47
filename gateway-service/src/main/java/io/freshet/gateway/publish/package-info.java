/** Publishing to Kafka with an acknowledgement. */
@NullMarked
package io.freshet.gateway.publish;

import org.jspecify.annotations.NullMarked;
