/** What the gateway asks before it publishes: quotas and idempotency keys. */
@NullMarked
package io.freshet.task.admission;

import org.jspecify.annotations.NullMarked;
