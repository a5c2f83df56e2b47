/** The topics of the design: created where they are missing, and never weakened. */
@NullMarked
package io.freshet.kafka.topic;

import org.jspecify.annotations.NullMarked;
