/** Scenarios of the gateway, task-service and push-worker: accepting, recording, history, pushes. */
@NullMarked
package io.freshet.benchmark.accept;

import org.jspecify.annotations.NullMarked;
