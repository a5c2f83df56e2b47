package io.freshet.contracts.message;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Outcome of an action in the audit log. */
public enum AuditOutcome {
    /** Permitted; it is requested once the entry is written. */
    @JsonProperty("accepted")
    ACCEPTED,
    /** Not permitted. */
    @JsonProperty("refused")
    REFUSED
}
