package io.freshet.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Way in which an object names content: the {@code type} of a task. */
public enum Selector {
    /** Exactly one URL, with its query. */
    @JsonProperty("url")
    URL("url"),
    /** A URL with every query, and without one. The object has none. */
    @JsonProperty("ignore-query")
    IGNORE_QUERY("ignore-query"),
    /** Everything whose URL starts with this one, which ends with a slash. */
    @JsonProperty("directory")
    DIRECTORY("directory"),
    /** Everything whose URL starts with this one, wherever that ends. */
    @JsonProperty("prefix")
    PREFIX("prefix"),
    /** Everything of one host whose path and query match an expression as a whole. */
    @JsonProperty("regex")
    REGEX("regex"),
    /** Everything of one host. The object is the host, with {@code :port} unless the port is its scheme's own. */
    @JsonProperty("host")
    HOST("host"),
    /** Content that was delivered with a tag, within one domain. The object is {@code domain#tag}. */
    @JsonProperty("tag")
    TAG("tag"),
    /** Everything of one domain of an account. The object is the domain: a host, or {@code *.name}. */
    @JsonProperty("everything")
    EVERYTHING("everything");

    private final String text;

    Selector(String text) {
        this.text = text;
    }

    /** Returns the selector that requests write like this; null if there is none. */
    public static @Nullable Selector of(String text) {
        return Stream.of(values())
                .filter(selector -> selector.text.equals(text))
                .findFirst()
                .orElse(null);
    }

    /** Returns whether the objects are URLs that can be requested as they are, so that a push can follow. */
    public boolean namesUrls() {
        return this == URL || this == IGNORE_QUERY;
    }

    /** Returns whether a request names the objects within a domain, or within all domains of the account. */
    public boolean isWithinDomains() {
        return this == TAG || this == EVERYTHING;
    }

    /** Returns the selector as requests write it. */
    @Override
    public String toString() {
        return text;
    }
}
