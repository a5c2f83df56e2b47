/** Admission: quotas, request rates and idempotency keys, which the gateway asks for before it publishes. */
@NullMarked
package io.freshet.task.admission;

import org.jspecify.annotations.NullMarked;
