/** Embedded Kafka and Postgres with persistent data. */
@NullMarked
package io.freshet.quickstart.embedded;

import org.jspecify.annotations.NullMarked;
