/** How the services speak through Kafka: topics, clients and dead letters. */
@NullMarked
package io.freshet.kafka;

import org.jspecify.annotations.NullMarked;
