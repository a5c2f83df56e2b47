/** What the scenarios are played on: the services, Kafka, Postgres and the caches, as processes or as containers. */
@NullMarked
package io.freshet.e2e.cluster;

import org.jspecify.annotations.NullMarked;
