/**
 * Positions of all nodes on one partition of the purge commands. A pure state machine: it starts no thread and calls
 * neither Kafka nor a node.
 */
@NullMarked
package io.freshet.purge.partition;

import org.jspecify.annotations.NullMarked;
