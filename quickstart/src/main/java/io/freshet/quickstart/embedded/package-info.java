/** Kafka and Postgres inside this process, with data that outlives it. */
@NullMarked
package io.freshet.quickstart.embedded;

import org.jspecify.annotations.NullMarked;
