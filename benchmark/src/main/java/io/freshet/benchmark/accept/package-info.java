/** What the gateway and task-service are measured by: accepting, recording and history; and push-worker. */
@NullMarked
package io.freshet.benchmark.accept;

import org.jspecify.annotations.NullMarked;
