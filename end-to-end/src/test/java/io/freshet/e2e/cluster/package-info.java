/** Test cluster: services, Kafka, Postgres and caches as processes. */
@NullMarked
package io.freshet.e2e.cluster;

import org.jspecify.annotations.NullMarked;
