/** Test cluster: services, Kafka, Postgres and caches as processes. */
@NullMarked
package io.freshet.cluster;

import org.jspecify.annotations.NullMarked;
