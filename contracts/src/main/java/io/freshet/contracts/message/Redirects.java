package io.freshet.contracts.message;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Treatment of redirects by a push. */
public enum Redirects {
    /** They are stored like any other response. */
    @JsonProperty("store")
    STORE,
    /** They are stored, and their targets are pushed, too, as far as these are URLs of the account's domains. */
    @JsonProperty("follow")
    FOLLOW
}
