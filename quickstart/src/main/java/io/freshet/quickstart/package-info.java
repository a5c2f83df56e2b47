/** All services in one JVM on an embedded Kafka and Postgres, with a demo site. */
@NullMarked
package io.freshet.quickstart;

import org.jspecify.annotations.NullMarked;
