/** Audit log: who requested which action, when and from where. */
@NullMarked
package io.freshet.gateway.audit;

import org.jspecify.annotations.NullMarked;
