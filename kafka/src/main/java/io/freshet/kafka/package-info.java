/** Kafka topics, clients, error handling and dead letters of all services. */
@NullMarked
package io.freshet.kafka;

import org.jspecify.annotations.NullMarked;
