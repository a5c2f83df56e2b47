package io.freshet.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Kind of objects that a daily quota limits. */
public enum QuotaKind {
    @JsonProperty("url")
    URL,
    @JsonProperty("directory")
    DIRECTORY,
    @JsonProperty("regex")
    REGEX,
    @JsonProperty("host")
    HOST,
    @JsonProperty("tag")
    TAG,
    @JsonProperty("everything")
    EVERYTHING,
    @JsonProperty("push")
    PUSH;

    /** The quota that a task of this kind and selector is charged to. */
    public static QuotaKind of(TaskKind kind, Selector selector) {
        return switch (kind) {
            case PUSH -> PUSH;
            case REFRESH ->
                switch (selector) {
                    case URL, IGNORE_QUERY -> URL;
                    case DIRECTORY, PREFIX -> DIRECTORY;
                    case REGEX -> REGEX;
                    case HOST -> HOST;
                    case TAG -> TAG;
                    case EVERYTHING -> EVERYTHING;
                };
        };
    }
}
