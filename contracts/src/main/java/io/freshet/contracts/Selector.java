package io.freshet.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Way in which an object names content: the {@code type} of a task. */
public enum Selector {
    /** Exactly one URL, with its query. */
    @JsonProperty("url")
    URL,
    /** Everything whose URL starts with this one, which ends with a slash. */
    @JsonProperty("directory")
    DIRECTORY
}
