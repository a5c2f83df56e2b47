/** Admission: what the gateway asks of task-service before it publishes, over HTTP. */
@NullMarked
package io.freshet.contracts.admission;

import org.jspecify.annotations.NullMarked;
