package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import org.jspecify.annotations.Nullable;

/**
 * A ban as the node compares it.
 *
 * @param host as the node compares it, which its configuration may have changed
 * @param term what the ban adds to others of its group: a pattern, or a tag; null if it cannot be joined with others
 * @param key under which the node indexes the objects of a directory that are to be marked stale; null if it does not
 */
public record ResolvedBan(
        Purge purge,
        String host,
        boolean soft,
        @Nullable String term,
        @Nullable String key) {

    /**
     * Bans that one request can name.
     *
     * @param what {@code null} for patterns, else the object of a ban that only equal ones can be joined with
     */
    public record Group(
            String host,
            boolean isTag,
            boolean ofSubdomains,
            boolean soft,
            boolean keyed,
            boolean second,
            @Nullable String what) {}

    public Group group() {
        return new Group(
                host,
                purge.selector() == Selector.TAG,
                purge.isOfSubdomains(),
                soft,
                key != null,
                purge.isSecond(),
                term == null ? purge.selector() + purge.object() : null);
    }

    /** Returns the characters that the ban adds to a request. */
    public int length() {
        return (term == null ? 0 : term.length() + 1) + (key == null ? 0 : key.length() + 1);
    }

    /** A tag or an expression has the host that the node makes of the object's own, as the ban of a whole host has. */
    private boolean isOfHostOf(ResolvedBan other) {
        return switch (purge.selector()) {
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX, HOST, EVERYTHING -> host.equals(other.host);
            case REGEX, TAG -> purge.authority().equals(other.purge.authority());
        };
    }

    /** Returns whether the ban of a whole host drops, or marks, all that this one names. */
    public boolean isCoveredBy(ResolvedBan other) {
        boolean isWholeHost = switch (other.purge.selector()) {
            case HOST, EVERYTHING -> !other.purge.isOfSubdomains();
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX, REGEX, TAG -> false;
        };
        return isWholeHost
                && !purge.isOfSubdomains()
                && isOfHostOf(other)
                && (soft || !other.soft)
                && (purge.isSecond() || !other.purge.isSecond());
    }
}
